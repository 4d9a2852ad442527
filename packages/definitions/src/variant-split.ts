import { type Hash64, xxHash64Into } from '@forebay/contract';
import type { ServiceVariant } from './model';

/** Shares are counted in millionths. */
export const SHARE_PARTS = 1_000_000;

/** 2^32 mod SHARE_PARTS. */
const HIGH_WORD = 2 ** 32 % SHARE_PARTS;

/**
 * The place of an entity, from 0 to SHARE_PARTS − 1: `xxHash64(salt/key) % 1000000`, in ClickHouse's SQL as here. Equal
 * keys have equal places for ever, and places of two salts have nothing to do with each other.
 */
export function placeOf(salt: string, key: string): number {
  const bytes = Buffer.from(`${salt}/${key}`);
  const hash: Hash64 = { high: 0, low: 0 };
  xxHash64Into(bytes, 0, bytes.length, hash);
  return ((hash.high % SHARE_PARTS) * HIGH_WORD + hash.low) % SHARE_PARTS;
}

/**
 * Which variant an entity has: those after the first take the places from 0 on, in their order, and the first takes what
 * is left. So entities move between the first variant and the last one only, if the share of the last one changes; if
 * that of another one does, those after it move on by as much.
 */
export class VariantSplit {
  readonly #salt: string;
  /** Of the variants after the first, the end (exclusive) of their places. */
  readonly #ends: readonly number[];

  /** A service's versions have the same split. */
  constructor(project: string, service: string, variants: readonly ServiceVariant[]) {
    this.#salt = `${project}/${service}`;
    let end = 0;
    this.#ends = variants.slice(1).map(({ sharePpm }) => {
      end += sharePpm;
      return end;
    });
  }

  /** The index of the variant. @param key the entity key, as `encodeJoinKey` writes it, of the join keys in the order of their names */
  variantOf(key: string): number {
    const place = placeOf(this.#salt, key);
    const ends = this.#ends;
    for (let i = 0; i < ends.length; i++) if (place < (ends[i] as number)) return i + 1;
    return 0;
  }
}
