// How a long line is broken, so that it reads on any terminal and in a log?

/** No line is longer than this many columns. */
export const textColumns = 110;

/** Breaks a line at its spaces. `first` starts the first line, `rest` the others; white space inside a line is kept. */
export function wrapped(text: string, rest: string, first: string = rest): readonly string[] {
  const lines: string[] = [];
  let line = first;
  for (const [index, word] of text.split(/(?<=\S)(?=\s)/).entries()) {
    if (index > 0 && line.length + word.length > textColumns) {
      lines.push(line.trimEnd());
      line = rest + word.trimStart();
    } else line += word;
  }
  return [...lines, line.trimEnd()];
}
