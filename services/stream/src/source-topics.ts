/** The topics of a source, with their partitions by number and offsets as they are kept (docs/CODEC.md): what reads it knows no others. */
import {
  byPartitionNumber,
  type EventSource,
  numberedPartition,
  partitionNumber,
  topicsOf,
} from '@forebay/definitions';
import type { LogConsumer, ReadableLog, TopicPartition, Watermarks } from '@forebay/event-log';
import type { NumberRange } from '@forebay/online-store';
import type { TopicControl } from './topic-control';

export class SourceTopics {
  readonly names: readonly string[];

  constructor(
    private readonly source: EventSource,
    private readonly admin: Pick<ReadableLog['admin'], 'watermarks' | 'endOffsets'>,
  ) {
    this.names = topicsOf(source);
  }

  /** What they hold now. */
  watermarks(): Promise<ReadonlyMap<number, Watermarks>> {
    return byPartitionNumber(this.source, (topic) => this.admin.watermarks(topic));
  }

  endOffsets(): Promise<ReadonlyMap<number, number>> {
    return byPartitionNumber(this.source, (topic) => this.admin.endOffsets(topic));
  }

  numberOf({ topic, partition }: TopicPartition): number {
    return partitionNumber(this.names.indexOf(topic), partition);
  }

  placeOf(number: number): TopicPartition {
    const { topic, partition } = numberedPartition(this.source, number);
    return { topic, partition };
  }

  /** The next offset that will be delivered; null: it is not being read. */
  position(consumer: LogConsumer | null, number: number): number | null {
    const { topic, partition } = this.placeOf(number);
    return consumer?.position(topic, partition) ?? null;
  }

  pause(consumer: LogConsumer | null, number: number): void {
    const { topic, partition } = this.placeOf(number);
    consumer?.pause(topic, partition);
  }

  resume(consumer: LogConsumer | null, number: number): void {
    const { topic, partition } = this.placeOf(number);
    consumer?.resume(topic, partition);
  }

  /** False: it is not being read. */
  seek(consumer: LogConsumer | null, number: number, offset: number): boolean {
    const { topic, partition } = this.placeOf(number);
    return consumer?.seek(topic, partition, offset) ?? false;
  }
}

/** The number after the last, and the ranges before it that are none of them. */
export function spanOf(numbers: readonly number[]): Pick<TopicControl<never>, 'partitions' | 'absent'> {
  const absent: NumberRange[] = [];
  let partitions = 0;
  for (const number of [...numbers].sort((a, b) => a - b)) {
    if (number > partitions) absent.push({ from: partitions, to: number });
    partitions = number + 1;
  }
  return { partitions, absent };
}
