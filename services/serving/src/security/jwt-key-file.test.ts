import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../../../test/support/wait-for';
import { openJwtKeyFile } from './jwt-key-file';
import { capturedLog, unreadInstruments } from './security.fixture';

const setOf = (x: string) => JSON.stringify({ keys: [{ kty: 'EC', crv: 'P-256', x, y: 'y' }] });

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keys-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function openKeys(text: string) {
  const path = join(directory, 'jwks.json');
  writeFileSync(path, text);
  const { logger, lines } = capturedLog();
  const instruments = unreadInstruments();
  return { path, lines, keys: await openJwtKeyFile({ path, reloadEveryMs: 10, logger, instruments }) };
}

test('keys of a file follow the file, and stay when it is broken', async () => {
  const { path, lines, keys } = await openKeys(setOf('one'));
  let changes = 0;
  keys.onChange(() => changes++);
  try {
    writeFileSync(path, setOf('two'));
    const isTwo = () => keys.current(0).keys[0]?.x === 'two';
    await waitFor(isTwo, { deadlineMs: 5_000, message: 'the second set is taken up' });
    expect(changes).toBe(1);
    writeFileSync(path, 'half a fi');
    const told = () => lines.some((line) => line.includes('the keys before stay in use'));
    await waitFor(told, { deadlineMs: 5_000, message: 'the broken file is told' });
    expect(isTwo()).toBe(true);
    expect(await keys.refresh()).toBe(false);
  } finally {
    keys.close();
  }
});

test('a file without public keys is refused at the start, by name', async () => {
  await expect(openKeys('{"keys": []}')).rejects.toThrow(/^file ".*jwks\.json": the set has no public key/);
});
