// How a zoo.cfg that the server has rewritten for itself becomes one with a static list again.

/** Lines that carry the list, or the client port that a server moves into its list. */
const moved = /^\s*(?:dynamicConfigFile|server\.\d+|clientPort|clientPortAddress)\s*[=:]/;

/**
 * The operator's other lines as they are, and the list and the client port of `known`, a file as we would write it. A
 * server with reconfiguration enabled takes its server lines out of `zoo.cfg`, and the client port too once its line in
 * the list names one (our own measurement on 3.8.0).
 */
export function withStaticList(text: string, known: string): string {
  const kept = lines(text).filter((line) => !moved.test(line));
  const list = lines(known).filter((line) => moved.test(line));
  return `${[...kept, ...list].join('\n')}\n`;
}

function lines(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}
