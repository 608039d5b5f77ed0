// How a long line is broken, so that it reads on any terminal and in a log?

/** No line is longer than this many columns. */
export const textColumns = 110;

/** Breaks a line at its spaces. `first` starts the first line, `rest` the others; white space inside a line is kept. */
export function wrapped(
  text: string,
  rest: string,
  first: string = rest,
  columns: number = textColumns,
): readonly string[] {
  const lines: string[] = [];
  let line = first;
  for (const [index, word] of text.split(/(?<=\S)(?=\s)/).entries()) {
    if (index > 0 && line.length + word.length > columns) {
      lines.push(line.trimEnd());
      line = rest + word.trimStart();
    } else line += word;
  }
  return [...lines, line.trimEnd()];
}

const escape = '\u001B[';

/** Cuts a line that is longer than `width`; what only sets a colour has no length. */
export function clipped(line: string, width: number): string {
  const [first = '', ...coloured] = line.split(escape);
  const pieces = coloured.map((piece) => {
    const end = piece.indexOf('m') + 1;
    return { code: `${escape}${piece.slice(0, end)}`, text: piece.slice(end) };
  });
  const all = [{ code: '', text: first }, ...pieces];
  const length = all.reduce((sum, { text }) => sum + text.length, 0);
  if (length <= width) return line;
  let left = Math.max(0, width - 1);
  let isCut = false;
  return all
    .map(({ code, text }) => {
      const shown = text.slice(0, left);
      left -= shown.length;
      const dots = !isCut && shown.length < text.length ? '…' : '';
      isCut ||= dots !== '';
      return `${code}${shown}${dots}`;
    })
    .join('');
}
