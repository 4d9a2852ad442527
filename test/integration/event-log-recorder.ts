import type {
  ConsumerHandlers,
  EventLog,
  OutOfRange,
  RecordBatch,
  RecordConsumer,
  StartOffset,
  TopicPartition,
} from '@forebay/event-log';
import { waitFor } from '../support/stack';

/** A logger that keeps what is worth seeing when a test fails. */
export function quietLogger() {
  const lines: string[] = [];
  const keep = (level: string) => (fields: object, message: string) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  };
  return { debug: () => {}, info: keep('info'), warn: keep('warn'), error: keep('error'), lines };
}

export interface Delivered {
  readonly member: string;
  readonly partition: number;
  readonly offset: number;
  readonly value: string;
}

export type Step =
  | { readonly kind: 'assigned'; readonly partitions: readonly number[] }
  | { readonly kind: 'revoked'; readonly partitions: readonly number[]; readonly reason: string }
  | { readonly kind: 'batch'; readonly partition: number; readonly first: number; readonly last: number }
  | { readonly kind: 'out of range'; readonly place: OutOfRange }
  | { readonly kind: 'error'; readonly message: string; readonly fatal: boolean };

const numbersOf = (places: readonly TopicPartition[]) => places.map(({ partition }) => partition);

/** A consumer that writes down what happens to it, and begins where `starts` says. */
export class Recorder {
  readonly delivered: Delivered[] = [];
  readonly steps: Step[] = [];
  /** Where each partition begins; what has been handled moves it, like a checkpoint. */
  readonly checkpoint: Map<number, StartOffset>;
  onBatch: (batch: RecordBatch) => Promise<void> = async () => {};
  onRevoked: () => Promise<void> = async () => {};
  outOfRange: (place: OutOfRange) => Promise<StartOffset | 'leave'> = async () => 'leave';
  private owned = new Set<number>();
  private consumer: RecordConsumer | null = null;

  constructor(
    readonly member: string,
    checkpoint: Map<number, StartOffset> = new Map(),
  ) {
    this.checkpoint = checkpoint;
  }

  get running(): RecordConsumer {
    if (this.consumer === null) throw new Error('the consumer has not been started');
    return this.consumer;
  }

  get ownedPartitions(): readonly number[] {
    return [...this.owned].sort((a, b) => a - b);
  }

  async start(log: EventLog, topic: string, groupId: string, options: object = {}): Promise<this> {
    const handlers = this.handlers();
    this.consumer = await log.consume({ groupId, topics: [topic], maxWaitMs: 20, handlers, ...options });
    return this;
  }

  async until(condition: () => boolean, message: string, deadlineMs = 20_000): Promise<void> {
    await waitFor(condition, { deadlineMs, message }).catch((error: Error) => {
      throw new Error(`${error.message}; ${this.member}: ${JSON.stringify(this.steps).slice(-2_000)}`);
    });
  }

  private handlers(): ConsumerHandlers {
    return {
      onAssigned: async (partitions) => {
        this.steps.push({ kind: 'assigned', partitions: numbersOf(partitions) });
        this.owned = new Set(numbersOf(partitions));
        return partitions.map((place) => ({
          ...place,
          offset: this.checkpoint.get(place.partition) ?? 'beginning',
        }));
      },
      onRevoked: async (partitions, reason) => {
        await this.onRevoked();
        this.steps.push({ kind: 'revoked', partitions: numbersOf(partitions), reason });
        for (const place of partitions) this.owned.delete(place.partition);
      },
      onBatch: async (batch) => {
        const { partition, records } = batch;
        if (!this.owned.has(partition))
          throw new Error(`${this.member}: partition ${partition} is not owned`);
        const [first, last] = [records[0]?.offset ?? -1, records.at(-1)?.offset ?? -1];
        this.steps.push({ kind: 'batch', partition, first, last });
        await this.onBatch(batch);
        for (const { offset, value } of records) {
          this.delivered.push({ member: this.member, partition, offset, value: String(value) });
        }
        this.checkpoint.set(partition, batch.nextOffset);
      },
      onOutOfRange: async (place) => {
        this.steps.push({ kind: 'out of range', place });
        return this.outOfRange(place);
      },
      onError: (error, { fatal }) => {
        this.steps.push({ kind: 'error', message: `${error.reason}: ${error.message}`, fatal });
      },
    };
  }
}
