/** Lines of a terminal. */

/** No line that people read is longer. */
export const LINE_WIDTH = 100;

/** Words over as many lines as they need; those after the first are indented by `indent` more. */
export function wrapped(text: string, indent = 0, width = LINE_WIDTH): string {
  const first = /^ */.exec(text)?.[0] ?? '';
  const further = first + ' '.repeat(indent);
  const lines: string[] = [];
  let line = first;
  for (const word of text.trim().split(/ +/)) {
    const isFirst = line.trim() === '';
    if (isFirst || line.length + 1 + word.length <= width) line += isFirst ? word : ` ${word}`;
    else {
      lines.push(line);
      line = further + word;
    }
  }
  return [...lines, line].join('\n');
}

/** Its beginning, if it is longer. */
export function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** `3 jobs`, `1 job`. */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}
