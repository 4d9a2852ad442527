import { ForebayError } from '@forebay/contract';
import { OFFSETS_PER_EPOCH } from '@forebay/event-log';
import type { Checkpoint } from '@forebay/online-store';

/** A record that is to be in the values of a bucket. */
export interface AwaitedRecord {
  readonly sourceId: number;
  readonly bucket: number;
  readonly partition: number;
  readonly offset: number;
}

export interface AppliedWatchOptions {
  /** What the stream says of a bucket's values; null: nothing yet. */
  readonly readCheckpoint: (bucket: number, sourceId: number) => Promise<Checkpoint | null>;
}

/** The stream flushes every 50 ms unless it is told otherwise: at first often, then less so. */
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 50;
const GROWTH = 1.3;

interface Waiter {
  readonly record: AwaitedRecord;
  readonly resolve: () => void;
}

/**
 * Waits until records are in the values that are served. The stream moves the checkpoint of a bucket after it has written the bucket's
 * values, so whoever has seen it beyond a record reads a value with it. Calls that wait for one bucket share its reads.
 */
export class AppliedWatch {
  readonly #buckets = new Map<string, BucketWatch>();

  constructor(private readonly options: AppliedWatchOptions) {}

  /** Resolves to null when all records are in the values, or, after `timeoutMs`, to why they are not. */
  async until(records: readonly AwaitedRecord[], timeoutMs: number): Promise<string | null> {
    const left = new Set(lastOfEach(records));
    if (left.size === 0) return null;
    const ends: (() => void)[] = [];
    const all = [...left].map(
      (record) =>
        new Promise<void>((resolve) => {
          ends.push(
            this.#bucketOf(record).wait({
              record,
              resolve: () => {
                left.delete(record);
                resolve();
              },
            }),
          );
        }),
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.max(0, timeoutMs));
    });
    await Promise.race([Promise.all(all), late]);
    clearTimeout(timer);
    const [first] = left;
    const why = first === undefined ? null : this.#bucketOf(first).describe(first);
    for (const end of ends) end();
    return why;
  }

  #bucketOf({ sourceId, bucket }: AwaitedRecord): BucketWatch {
    const key = `${sourceId}/${bucket}`;
    let watch = this.#buckets.get(key);
    if (watch === undefined) {
      watch = new BucketWatch(
        () => this.options.readCheckpoint(bucket, sourceId),
        () => this.#buckets.delete(key),
      );
      this.#buckets.set(key, watch);
    }
    return watch;
  }
}

/** Of each partition in each bucket the last record. */
function lastOfEach(records: readonly AwaitedRecord[]): Iterable<AwaitedRecord> {
  const last = new Map<string, AwaitedRecord>();
  for (const record of records) {
    const key = `${record.sourceId}/${record.bucket}/${record.partition}`;
    if ((last.get(key)?.offset ?? -1) < record.offset) last.set(key, record);
  }
  return last.values();
}

/** The reads of one bucket's checkpoint, while somebody waits. */
class BucketWatch {
  readonly #waiters = new Set<Waiter>();
  #pauseMs = FIRST_PAUSE_MS;
  #isReading = false;
  #seen: Checkpoint | null = null;
  #trouble: string | null = null;

  constructor(
    private readonly read: () => Promise<Checkpoint | null>,
    private readonly onIdle: () => void,
  ) {}

  /** Returns what ends the wait. */
  wait(waiter: Waiter): () => void {
    this.#waiters.add(waiter);
    this.#pauseMs = FIRST_PAUSE_MS;
    if (!this.#isReading) void this.#readWhileAwaited();
    return () => {
      this.#waiters.delete(waiter);
      if (this.#waiters.size === 0) this.onIdle();
    };
  }

  describe({ partition, offset }: AwaitedRecord): string {
    if (this.#trouble !== null) return `the checkpoint of the stream cannot be read: ${this.#trouble}`;
    const next = nextInTopic(this.#seen, partition);
    if (next < 0) return 'the stream has read nothing of the source yet: is the stream service running?';
    return `the stream has applied partition ${partition} up to offset ${next}, and the event lies at ${offset}`;
  }

  async #readWhileAwaited(): Promise<void> {
    this.#isReading = true;
    while (this.#waiters.size > 0) {
      try {
        this.#seen = await this.read();
        this.#trouble = null;
        this.#tell(this.#seen);
      } catch (thrown) {
        this.#trouble = ForebayError.from(thrown).message;
      }
      if (this.#waiters.size === 0) break;
      const pauseMs = this.#pauseMs;
      this.#pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * GROWTH);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    this.#isReading = false;
  }

  #tell(checkpoint: Checkpoint | null): void {
    for (const waiter of this.#waiters) {
      const { partition, offset } = waiter.record;
      if (nextInTopic(checkpoint, partition) <= offset) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
    if (this.#waiters.size === 0) this.onIdle();
  }
}

/** The next offset to be applied as Kafka has it, of the topic as the stream knows it; −1: none is known. */
function nextInTopic(checkpoint: Checkpoint | null, partition: number): number {
  return (checkpoint?.offsets[partition] ?? -1) % OFFSETS_PER_EPOCH;
}
