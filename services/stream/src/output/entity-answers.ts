/** What serving would answer for entities of a view now. */
import type { ViewOutput } from '@forebay/algebra';
import {
  bucketOf,
  byBucket,
  type RedisConnection,
  readEntityValues,
  type StoredKeys,
  type StoredView,
} from '@forebay/online-store';

/** The values lie in the view's output, and are gone with the next one's. */
export interface EntityAnswer {
  readonly key: string;
  readonly asOfMs: number;
  readonly values: ViewOutput;
  /** The stored stream list; null: there is none. */
  readonly stream: Uint8Array | null;
}

export class EntityAnswers {
  /** By bucket. */
  readonly #keys: StoredKeys[] = [];
  /** The clock may be set back; what is said of an entity later is not of an earlier instant. */
  #clockMs = Number.NEGATIVE_INFINITY;

  constructor(
    readonly stored: StoredView,
    private readonly redis: RedisConnection,
    private readonly clock: () => number,
  ) {}

  /**
   * Reads the entities, and tells of each.
   * @param asOfMs the instant that is asked for; left out: now. An answer is of a later one if its values were written later
   */
  async tell(
    keys: readonly string[],
    onAnswer: (answer: EntityAnswer) => void,
    asOfMs?: number,
  ): Promise<void> {
    const { redis, stored } = this;
    const groups = byBucket(keys, redis.buckets, (key) => bucketOf(key, redis.buckets));
    for (const { bucket, items } of groups) {
      const commands = await readEntityValues(redis, { bucket, ...this.#keysIn(bucket) }, items);
      this.#clockMs = Math.max(this.#clockMs, this.clock());
      let at = 0;
      for (const { shared, parts } of commands) {
        const clocks = stored.clocksOf(shared, this.#clockMs);
        for (const values of parts) {
          const key = items[at++] as string;
          const ofEntity = stored.partsOf(values);
          const answeredMs = stored.answer(ofEntity, clocks, asOfMs ?? this.#clockMs);
          onAnswer({ key, asOfMs: answeredMs, values: stored.output, stream: ofEntity.stream });
        }
      }
    }
  }

  /** By key, the stored stream lists now. */
  async streams(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array | null>> {
    const { redis } = this;
    const found = new Map<string, Uint8Array | null>();
    const groups = byBucket(keys, redis.buckets, (key) => bucketOf(key, redis.buckets));
    for (const { bucket, items } of groups) {
      const [rows] = this.#keysIn(bucket).prefixes;
      const asked = { bucket, shared: [], prefixes: rows === undefined ? [] : [rows] };
      const commands = await readEntityValues(redis, asked, items);
      const parts = commands.flatMap((command) => command.parts);
      for (const [i, key] of items.entries()) found.set(key, parts[i]?.[0] ?? null);
    }
    return found;
  }

  #keysIn(bucket: number): StoredKeys {
    const known = this.#keys[bucket];
    if (known !== undefined) return known;
    const made = this.stored.keysIn(bucket);
    this.#keys[bucket] = made;
    return made;
  }
}
