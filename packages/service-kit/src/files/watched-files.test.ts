import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ForebayError } from '@forebay/contract';
import { type FileContents, WatchedFiles } from './watched-files';

/** Looks are asked for: the timer never comes. */
const NEVER_MS = 2 ** 31 - 1;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'watched-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const files of opened.splice(0)) files.close();
});

const write = (name: string, text: string) => writeFileSync(join(directory, name), text);

function parsePair({ left, right }: FileContents<'left' | 'right'>): string {
  if (String(left) !== String(right))
    throw new ForebayError('invalid_configuration', `${left} is not ${right}`);
  return String(left);
}

async function watchPair(path = '') {
  const refused: string[] = [];
  const files = await WatchedFiles.open({
    what: 'pair',
    paths: { left: join(directory, path, 'left'), right: join(directory, path, 'right') },
    parse: parsePair,
    everyMs: NEVER_MS,
    onRefused: ({ message }) => refused.push(message),
  });
  opened.push(files);
  const changes: string[] = [];
  files.onChange((value) => changes.push(value));
  return { files, changes, refused };
}

test('new contents are taken up, and told once', async () => {
  write('left', 'a');
  write('right', 'a');
  const { files, changes } = await watchPair();
  expect(files.current).toBe('a');
  write('left', 'b');
  write('right', 'b');
  await files.look();
  await files.look();
  expect(files.current).toBe('b');
  expect(changes).toEqual(['b']);
});

test('what does not fit together keeps the value before, and is told once if it stays', async () => {
  write('left', 'a');
  write('right', 'a');
  const { files, changes, refused } = await watchPair();
  write('left', 'b');
  await files.look();
  expect(refused).toEqual([]);
  await files.look();
  await files.look();
  expect(files.current).toBe('a');
  expect(refused).toEqual(['reloading pair: b is not a']);
  write('right', 'b');
  await files.look();
  expect(files.current).toBe('b');
  expect(changes).toEqual(['b']);
});

test('a file that is being written over is not taken up before it is whole', async () => {
  write('left', 'a');
  write('right', 'a');
  const { files, changes } = await watchPair();
  write('left', 'ha');
  write('right', 'ha');
  const looked = files.look();
  // the look has begun to read; it reads again before it takes anything up
  await new Promise(setImmediate);
  write('left', 'half');
  write('right', 'half');
  await looked;
  await files.look();
  expect(changes).toEqual(['half']);
});

test('a file that goes away keeps the value, and is told', async () => {
  write('left', 'a');
  write('right', 'a');
  const { files, refused } = await watchPair();
  rmSync(join(directory, 'right'));
  await files.look();
  await files.look();
  expect(files.current).toBe('a');
  expect(refused).toEqual([expect.stringMatching(/^reloading pair: file ".*right" cannot be read: ENOENT/)]);
});

test('a directory that is swapped behind a symbolic link is noticed', async () => {
  for (const [name, text] of [
    ['one', 'a'],
    ['two', 'b'],
  ] as const) {
    mkdirSync(join(directory, name));
    write(`${name}/left`, text);
    write(`${name}/right`, text);
  }
  symlinkSync('one', join(directory, 'data'));
  const { files } = await watchPair('data');
  symlinkSync('two', join(directory, 'next'));
  renameSync(join(directory, 'next'), join(directory, 'data'));
  await files.look();
  expect(files.current).toBe('b');
});

test('at the start, a file that is missing or too large is named', async () => {
  await expect(watchPair()).rejects.toThrow(/file ".*left" cannot be read: ENOENT/);
  write('left', 'x'.repeat(5 * 1_024 * 1_024));
  await expect(watchPair()).rejects.toThrow(/left" has 5242880 bytes, .*is it the right one\?/);
});
