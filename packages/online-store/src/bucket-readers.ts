import type { RedisConnection } from './connection';
import { SINGLE_NODE_BUCKETS } from './keys';
import { type KeysInFlight, OnlineReader } from './online-reader';

/** A reader for each bucket, made when it is first read from: what is read in one turn is one command per bucket. */
export class BucketReaders {
  readonly #readers: (OnlineReader | undefined)[];
  readonly #inFlight: KeysInFlight = { keys: 0 };

  constructor(private readonly connection: RedisConnection) {
    this.#readers = new Array<OnlineReader | undefined>(connection.buckets);
  }

  get buckets(): number {
    return this.#readers.length;
  }

  /**
   * Nothing more will be read in this turn of the event loop, as far as the caller knows. With many buckets, each command ends
   * with its turn by itself.
   */
  endTurn(): void {
    if (this.#readers.length === SINGLE_NODE_BUCKETS) this.#readers[0]?.endTurn();
  }

  of(bucket: number): OnlineReader {
    const known = this.#readers[bucket];
    if (known !== undefined) return known;
    const made = new OnlineReader(this.connection, bucket, undefined, this.#inFlight);
    this.#readers[bucket] = made;
    return made;
  }
}
