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

/** An archive that events of a source come from, or are made from. */
export interface SourceArchive {
  readonly source: EventSource;
  /** How much earlier than an event that is made of it an archived event may be; 0 where it is the event itself. */
  readonly earlierMs: number;
}

/** Whose archive has the records of a partition, and under which number. */
export interface ArchivePlace extends SourceArchive {
  readonly partition: number;
}

/** Topics whose partitions have numbers, by which everything that is stored knows them. */
export abstract class NumberedTopics {
  abstract readonly names: readonly string[];
  abstract readonly archives: readonly SourceArchive[];

  constructor(protected readonly admin: Pick<ReadableLog['admin'], 'watermarks' | 'endOffsets'>) {}

  abstract numberOf(place: TopicPartition): number;

  abstract placeOf(number: number): TopicPartition;

  abstract archiveOf(number: number): ArchivePlace;

  /** Asks something of each topic, by partition; the answers by number. */
  abstract ask<T>(
    question: (topic: string) => Promise<ReadonlyMap<number, T>>,
  ): Promise<ReadonlyMap<number, T>>;

  /** What they hold now. */
  watermarks(): Promise<ReadonlyMap<number, Watermarks>> {
    return this.ask((topic) => this.admin.watermarks(topic));
  }

  endOffsets(): Promise<ReadonlyMap<number, number>> {
    return this.ask((topic) => this.admin.endOffsets(topic));
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

  /** For display. */
  commit(consumer: LogConsumer | null, offsets: ReadonlyMap<number, number>): void {
    consumer?.commit([...offsets].map(([number, offset]) => ({ ...this.placeOf(number), offset })));
  }
}

export class SourceTopics extends NumberedTopics {
  readonly names: readonly string[];
  readonly archives: readonly SourceArchive[];

  constructor(
    private readonly source: EventSource,
    admin: Pick<ReadableLog['admin'], 'watermarks' | 'endOffsets'>,
  ) {
    super(admin);
    this.names = topicsOf(source);
    this.archives = [{ source, earlierMs: 0 }];
  }

  ask<T>(question: (topic: string) => Promise<ReadonlyMap<number, T>>): Promise<ReadonlyMap<number, T>> {
    return byPartitionNumber(this.source, question);
  }

  numberOf({ topic, partition }: TopicPartition): number {
    return partitionNumber(this.names.indexOf(topic), partition);
  }

  placeOf(number: number): TopicPartition {
    const { topic, partition } = numberedPartition(this.source, number);
    return { topic, partition };
  }

  archiveOf(number: number): ArchivePlace {
    return { source: this.source, partition: number, earlierMs: 0 };
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
