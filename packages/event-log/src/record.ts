/** Headers as they lie in the log: a name may come several times. */
export type RecordHeaders = Readonly<
  Record<string, Buffer | string | ReadonlyArray<Buffer | string> | undefined>
>;

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface TopicPartitionOffset extends TopicPartition {
  readonly offset: number;
}

/** One record as it was read. The buffers are the caller's to keep. Its parts may be read from the answer when they are asked for: take them by name, `...` copies none. */
export interface EventRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
  readonly offset: number;
  /** The record's timestamp: when the producer made it, or when the broker got it, as the topic is set. */
  readonly timestampMs: number;
}

/** Records of one partition, in the order of their offsets, which may have gaps. */
export interface RecordBatch extends TopicPartition {
  readonly records: readonly EventRecord[];
  /** Where reading goes on after this batch; more than the last offset + 1 when control records follow it. */
  readonly nextOffset: number;
  /** The end of the partition when the batch was fetched. */
  readonly highWatermark: number;
}

/** What is to be written. Without a partition the key decides (murmur2, as Kafka's own clients do). */
export interface NewRecord {
  readonly topic: string;
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: RecordHeaders;
  readonly partition?: number;
  /** Default: now. */
  readonly timestampMs?: number;
}

export function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
