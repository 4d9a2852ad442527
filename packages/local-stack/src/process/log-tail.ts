import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The text of a log file from byte `from` on, at most its last `maxBytes`; empty when there is no such file. */
export function readLog(path: string, from = 0, maxBytes = 256 * 1024): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const size = fstatSync(file).size;
    const start = Math.max(from, size - maxBytes);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    const length = readSync(file, buffer, 0, buffer.length, start);
    return buffer.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}

/** The last lines of a log, indented, for an error message. */
export function logTail(path: string, from = 0, lines = 15): string {
  const text = readLog(path, from).trimEnd();
  if (text === '') return '  (the log is empty)';
  return text
    .split('\n')
    .slice(-lines)
    .map((line) => `  ${line}`)
    .join('\n');
}
