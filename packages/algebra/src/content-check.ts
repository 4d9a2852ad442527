/** A check of an event's content, by which copies that differ are told from equal ones. */
import type { Value } from '@forebay/expressions';

const scratch = new DataView(new ArrayBuffer(8));
const MULTIPLIER = 0x01000193;
const TEXT = 0x2f6b1;
const ABSENT = 0x51d7;

/**
 * 16 bits over the first `fields` values of a decoded row (FNV-1a over their words, folded): one of 65,536 differing copies
 * looks equal, which is good enough for counting them. A part of the stored format (docs/CODEC.md, part `i`).
 */
export function contentCheck(row: readonly Value[], fields: number): number {
  let hash = 0x811c9dc5;
  const mix = (word: number) => {
    hash = Math.imul(hash ^ word, MULTIPLIER);
    hash ^= hash >>> 15;
  };
  for (let i = 0; i < fields; i++) {
    const value = row[i];
    if (value === null || value === undefined) mix(ABSENT);
    else if (typeof value === 'string') {
      mix(TEXT);
      for (let at = 0; at < value.length; at++) mix(value.charCodeAt(at));
    } else if (typeof value === 'bigint') {
      scratch.setBigInt64(0, value, true);
      mix(scratch.getUint32(0, true));
      mix(scratch.getUint32(4, true));
    } else {
      scratch.setFloat64(0, Number(value) + 0, true);
      mix(scratch.getUint32(0, true));
      mix(scratch.getUint32(4, true));
    }
  }
  return (hash ^ (hash >>> 16)) & 0xffff;
}
