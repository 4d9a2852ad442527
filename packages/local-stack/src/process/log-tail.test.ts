import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logTail, readLog } from './log-tail';

const directory = mkdtempSync(join(tmpdir(), 'forebay-log-'));
const path = join(directory, 'x.log');

afterAll(() => rmSync(directory, { recursive: true }));

test('reads from an offset, and no more than asked for', () => {
  writeFileSync(path, 'earlier\nnow\n');
  expect(readLog(path)).toBe('earlier\nnow\n');
  expect(readLog(path, 8)).toBe('now\n');
  expect(readLog(path, 0, 4)).toBe('now\n');
  expect(readLog(join(directory, 'none.log'))).toBe('');
});

test('the tail is the last lines, indented', () => {
  writeFileSync(path, 'a\nb\nc\n');
  expect(logTail(path, 0, 2)).toBe('  b\n  c');
  expect(logTail(path, 6)).toBe('  (the log is empty)');
});
