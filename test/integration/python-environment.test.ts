import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonEnvironment } from '@forebay/local-stack';

let homeDir: string;

beforeEach(() => {
  homeDir = mkdtempSync(join(tmpdir(), 'forebay-python-'));
});

afterEach(() => rmSync(homeDir, { recursive: true }));

const environment = (requirements: string, log: (message: string) => void = () => undefined) => {
  const requirementsFile = join(homeDir, 'requirements.txt');
  writeFileSync(requirementsFile, requirements);
  return pythonEnvironment({ homeDir, name: 'thing', requirementsFile, log });
};

test('is made once for the same requirements, and is an environment of its own', async () => {
  const logged: string[] = [];
  const python = await environment('# nothing\n', (message) => logged.push(message));
  expect(await environment('# nothing\n')).toBe(python);
  expect(logged).toHaveLength(1);
  expect(readdirSync(join(homeDir, 'tools'))).toEqual([expect.stringMatching(/^thing-[0-9a-f]{12}$/)]);
  const prefix = await promisify(execFile)(python, [
    '-c',
    'import sys; print(sys.prefix != sys.base_prefix)',
  ]);
  expect(prefix.stdout.trim()).toBe('True');
});

test('says what pip says, and leaves nothing behind, if a requirement is none', async () => {
  await expect(environment('no requirement at all\n')).rejects.toThrow(
    /pip install .* failed;.*requirement/s,
  );
  expect(readdirSync(join(homeDir, 'tools'))).toEqual([]);
});
