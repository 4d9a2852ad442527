/**
 * Golden files: bytes as the version that first stored them wrote them, and the values that it read from them. With
 * FOREBAY_WRITE_GOLDEN=1 a file that does not exist is written; one that exists never changes.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DIRECTORY = join(__dirname, '../../../packages/algebra/golden');

/** The text of a golden file. */
export function goldenText(file: string, make: () => string): string {
  const path = join(DIRECTORY, file);
  if (process.env.FOREBAY_WRITE_GOLDEN === '1' && !existsSync(path)) writeFileSync(path, make());
  return readFileSync(path, 'utf8');
}

/** 32 bytes a line. */
export function hexLines(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.replace(/(.{64})/g, '$1\n')}\n`;
}

/** The bytes of `NAME.hex`, which this version writes as `written`. */
export function goldenBytes(name: string, written: Uint8Array): Buffer {
  return bytesOf(goldenText(`${name}.hex`, () => hexLines(written)));
}

/** The bytes of `NAME.hex`, which are written elsewhere. */
export function storedBytes(name: string): Buffer {
  return bytesOf(readFileSync(join(DIRECTORY, `${name}.hex`), 'utf8'));
}

function bytesOf(hexText: string): Buffer {
  return Buffer.from(hexText.replace(/\s/g, ''), 'hex');
}

/** What `NAME.json` holds. */
export function goldenJson(name: string, made: unknown): unknown {
  return JSON.parse(goldenText(`${name}.json`, () => `${JSON.stringify(made, null, 1)}\n`));
}
