import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnce } from './install-once';

let parent: string;
let target: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'forebay-install-'));
  target = join(parent, 'tools', 'thing-1');
});

afterEach(() => rmSync(parent, { recursive: true }));

test('installs what is missing, and only that', async () => {
  let runs = 0;
  const install = async (into: string) => {
    runs++;
    expect(existsSync(target)).toBe(false);
    writeFileSync(join(into, 'program'), 'content');
  };
  await installOnce(target, install);
  await installOnce(target, install);
  expect(runs).toBe(1);
  expect(readFileSync(join(target, 'program'), 'utf8')).toBe('content');
});

test('of two at once, one is installed whole and nothing else is left', async () => {
  let arrived = 0;
  let bothArrived: () => void;
  const both = new Promise<void>((resolve) => {
    bothArrived = resolve;
  });
  const install = async (into: string) => {
    const mine = String(++arrived);
    writeFileSync(join(into, 'first'), mine);
    if (arrived === 2) bothArrived();
    await both;
    writeFileSync(join(into, 'second'), mine);
  };
  await Promise.all([installOnce(target, install), installOnce(target, install)]);
  expect(readdirSync(join(parent, 'tools'))).toEqual(['thing-1']);
  expect(readFileSync(join(target, 'first'))).toEqual(readFileSync(join(target, 'second')));
});

test('an installation that fails leaves nothing, and the next one starts again', async () => {
  const failing = installOnce(target, async (into) => {
    writeFileSync(join(into, 'half'), '');
    throw new Error('no network');
  });
  await expect(failing).rejects.toThrow('no network');
  expect(readdirSync(join(parent, 'tools'))).toEqual([]);
  await installOnce(target, async () => undefined);
  expect(existsSync(target)).toBe(true);
});
