import { randomUUID } from 'node:crypto';
import { ForebayError } from '@forebay/contract';
import type { EventLog } from './event-log';
import type { EventRecord, RecordBatch, TopicPartition } from './record';

/** By partition, the offsets `[from, to)` that are read. */
export type TopicRange = ReadonlyMap<number, { readonly from: number; readonly to: number }>;

export interface PlacedRecord extends TopicPartition {
  readonly record: EventRecord;
}

/** What a reader of a whole range fetches at once: it wants much, and is in no hurry for a little. */
const MAX_WAIT_MS = 100;

/**
 * Hands every record of a range over, each partition in the order of its offsets, and resolves when all were. A record that Kafka has
 * deleted since is passed over. Throws what `onRecord` throws, and why a topic cannot be read; `signal` ends the reading early.
 */
export async function readTopic(
  log: EventLog,
  topic: string,
  range: TopicRange,
  onRecord: (placed: PlacedRecord) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const reading = new RangeReading(range, onRecord, signal);
  if (reading.isOver) return;
  const stop = () => reading.end();
  signal?.addEventListener('abort', stop, { once: true });
  const consumer = await log.consume({
    // of nobody else: Kafka forgets a group that has committed nothing
    groupId: `forebay-reader.${randomUUID()}`,
    topics: [topic],
    maxWaitMs: MAX_WAIT_MS,
    handlers: {
      onAssigned: async (places) =>
        places.map((place) => ({ ...place, offset: reading.next(place.partition) ?? 'end' })),
      onRevoked: async () => undefined,
      onBatch: (batch) => reading.take(batch),
      onOutOfRange: async ({ partition, offset, held }) => {
        if (offset > held.high)
          reading.fail(new ForebayError('conflict', 'it was made anew in the meantime'));
        else reading.reach(partition, held.low);
        return held.low;
      },
      onError: (error, { fatal }) => {
        if (fatal) reading.fail(error);
      },
    },
  });
  try {
    await reading.done;
  } catch (thrown) {
    throw ForebayError.from(thrown, `reading topic "${topic}"`);
  } finally {
    signal?.removeEventListener('abort', stop);
    await consumer.stop();
  }
}

/** How far the reading of a range is. */
class RangeReading {
  readonly done: Promise<void>;
  end: () => void = () => undefined;
  fail: (thrown: unknown) => void = () => undefined;
  readonly #next: Map<number, number>;
  readonly #open: Set<number>;
  #isOver = false;

  constructor(
    private readonly range: TopicRange,
    private readonly onRecord: (placed: PlacedRecord) => void | Promise<void>,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.#next = new Map([...range].map(([partition, { from }]) => [partition, from]));
    this.#open = new Set([...range].filter(([, { from, to }]) => from < to).map(([partition]) => partition));
    this.done = new Promise((resolve, reject) => {
      this.end = () => {
        this.#isOver = true;
        resolve();
      };
      this.fail = (thrown) => {
        this.#isOver = true;
        reject(thrown);
      };
    });
    this.done.catch(() => undefined); // it may fail before anybody waits for it
  }

  get isOver(): boolean {
    return this.#isOver || this.#open.size === 0 || this.signal?.aborted === true;
  }

  /** Where reading goes on, also after the group gave the partition out again; null: it is not in the range. */
  next(partition: number): number | null {
    return this.#next.get(partition) ?? null;
  }

  /** What is thrown on the way is no trouble of the consumer's, which would read again. */
  async take({ topic, partition, records, nextOffset }: RecordBatch): Promise<void> {
    const to = this.range.get(partition)?.to ?? 0;
    try {
      for (const record of records) {
        if (this.isOver || record.offset >= to) break;
        await this.onRecord({ topic, partition, record });
      }
      this.reach(partition, nextOffset);
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  reach(partition: number, nextOffset: number): void {
    const to = this.range.get(partition)?.to ?? 0;
    this.#next.set(partition, nextOffset);
    if (nextOffset >= to) this.#open.delete(partition);
    if (this.#open.size === 0) this.end();
  }
}
