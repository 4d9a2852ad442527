import { type Hash64, MAX_ENTITY_KEY_BYTES, xxHash64Into } from '@forebay/contract';

/** Shares of entities are counted in millionths. */
export const SHARE_PARTS = 1_000_000;

/** 2^32 mod SHARE_PARTS. */
const HIGH_WORD = 2 ** 32 % SHARE_PARTS;

/** A share of the entities is the places below it: a larger share has the entities of a smaller one, and more. */
export class EntityPlaces {
  /** The salt and a slash, and room for a key; one key at a time. */
  readonly #bytes: Buffer;
  readonly #keyAt: number;
  readonly #hash: Hash64 = { high: 0, low: 0 };

  /** Places of two salts have nothing to do with each other. */
  constructor(salt: string) {
    const prefix = Buffer.from(`${salt}/`);
    this.#keyAt = prefix.length;
    this.#bytes = Buffer.alloc(prefix.length + MAX_ENTITY_KEY_BYTES);
    this.#bytes.set(prefix);
  }

  /**
   * The place of an entity, from 0 to SHARE_PARTS − 1: `xxHash64(concat(salt, '/', key)) % 1000000`, in ClickHouse as here.
   * Equal keys have equal places for ever.
   */
  of(key: string): number {
    const size = this.#write(key);
    const hash = this.#hash;
    const bytes =
      size < 0 ? Buffer.concat([this.#bytes.subarray(0, this.#keyAt), Buffer.from(key)]) : this.#bytes;
    xxHash64Into(bytes, 0, size < 0 ? bytes.length : this.#keyAt + size, hash);
    return ((hash.high % SHARE_PARTS) * HIGH_WORD + hash.low) % SHARE_PARTS;
  }

  /** Bytes of the key behind the salt; −1: it is too long (several entity keys in one). */
  #write(key: string): number {
    if (3 * key.length <= MAX_ENTITY_KEY_BYTES) return this.#bytes.write(key, this.#keyAt, 'utf8');
    return -1;
  }
}
