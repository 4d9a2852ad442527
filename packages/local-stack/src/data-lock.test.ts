import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataLock, isAbandoned } from './data-lock';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'forebay-lock-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function leaveLock(keep: boolean): void {
  const { pid } = spawnSync(process.execPath, ['-e', '']); // has ended
  writeFileSync(join(directory, 'lock'), JSON.stringify({ pid, keep }));
}

test('one holder at a time, and the next one after it', () => {
  const lock = DataLock.acquire(directory, true);
  expect(() => DataLock.acquire(directory, true)).toThrow(`process ${process.pid} has its servers there`);
  lock.release();
  DataLock.acquire(directory, true).release();
  expect(readdirSync(directory)).toEqual([]);
});

test('a lock whose process is gone is taken over', () => {
  leaveLock(true);
  DataLock.acquire(directory, true);
  expect(() => DataLock.acquire(directory, true)).toThrow(/is in use/);
  expect(readdirSync(directory)).toEqual(['lock']);
});

test('only what a dead process left, and did not mean to keep, is abandoned', () => {
  expect(isAbandoned(directory)).toBe(false);
  leaveLock(true);
  expect(isAbandoned(directory)).toBe(false);
  leaveLock(false);
  expect(isAbandoned(directory)).toBe(true);
  const lock = DataLock.acquire(directory, false);
  expect(isAbandoned(directory)).toBe(false);
  lock.release();
  expect(existsSync(directory)).toBe(true);
});
