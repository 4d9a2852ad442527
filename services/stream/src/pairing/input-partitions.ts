/** The partitions of the inputs of a joined or sequence source as partitions of one source. */
import { ForebayError } from '@forebay/contract';
import {
  byPartitionNumber,
  type EventSource,
  numberedPartition,
  type Pairing,
  partitionNumber,
  topicsOf,
} from '@forebay/definitions';
import type { ReadableLog, TopicAdmin, TopicPartition } from '@forebay/event-log';
import { type ArchivePlace, NumberedTopics } from '../source-topics';

export interface InputPlace {
  /** 0: the left input or the only one; 1: the right one. */
  readonly input: number;
  /** Its number in the input. */
  readonly partition: number;
}

/** The partition that has number p in input i has p · inputs + i, which stays when partitions or topics are added. */
export class InputPartitions {
  readonly sources: readonly EventSource[];

  constructor(pairing: Pairing) {
    this.sources = pairing.kind === 'join' ? [pairing.left, pairing.right] : [pairing.source];
  }

  /** Of all inputs. */
  get topics(): readonly string[] {
    return this.sources.flatMap(topicsOf);
  }

  numberOf({ topic, partition }: TopicPartition): number {
    const input = this.sources.findIndex((source) => topicsOf(source).includes(topic));
    const topicIndex = topicsOf(this.sources[input] as EventSource).indexOf(topic);
    return this.#numberIn(input, partitionNumber(topicIndex, partition));
  }

  #numberIn(input: number, partition: number): number {
    return partition * this.sources.length + input;
  }

  placeOf(number: number): InputPlace {
    const inputs = this.sources.length;
    return { input: number % inputs, partition: Math.floor(number / inputs) };
  }

  sourceOf(number: number): EventSource {
    return this.sources[this.placeOf(number).input] as EventSource;
  }

  topicPlaceOf(number: number): TopicPartition {
    const { topic, partition } = numberedPartition(this.sourceOf(number), this.placeOf(number).partition);
    return { topic, partition };
  }

  /** How much earlier than a pair an event of the input may be. */
  earlierMs(input: number, withinMs: number): number {
    return input === 0 ? withinMs : 0;
  }

  /** Asks something of each topic, by partition; the answers of all by number. */
  ask<T>(
    question: (topic: string, source: EventSource, input: number) => Promise<ReadonlyMap<number, T>>,
  ): Promise<Map<number, T>> {
    return this.byInput((source, input) =>
      byPartitionNumber(source, (topic) => question(topic, source, input)),
    );
  }

  /** Asks something of each input, by number in it; the answers of all by number. */
  async byInput<T>(
    question: (source: EventSource, input: number) => Promise<ReadonlyMap<number, T>>,
  ): Promise<Map<number, T>> {
    const answers = await Promise.all(this.sources.map(question));
    return new Map(
      answers.flatMap((answer, input) =>
        [...answer].map(([partition, value]) => [this.#numberIn(input, partition), value] as const),
      ),
    );
  }

  /** The numbers of all partitions, of topics of so many. */
  numbers(partitions: number): number[] {
    return this.topics.flatMap((topic) =>
      Array.from({ length: partitions }, (_, partition) => this.numberOf({ topic, partition })),
    );
  }
}

/** The topics of the inputs, with their partitions as those of one source. */
export class InputTopics extends NumberedTopics {
  readonly names: readonly string[];

  constructor(
    private readonly inputs: InputPartitions,
    admin: ReadableLog['admin'],
  ) {
    super(admin);
    this.names = inputs.topics;
  }

  numberOf(place: TopicPartition): number {
    return this.inputs.numberOf(place);
  }

  placeOf(number: number): TopicPartition {
    return this.inputs.topicPlaceOf(number);
  }

  archiveOf(number: number): ArchivePlace {
    return { source: this.inputs.sourceOf(number), partition: this.inputs.placeOf(number).partition };
  }

  ask<T>(question: (topic: string) => Promise<ReadonlyMap<number, T>>): Promise<ReadonlyMap<number, T>> {
    return this.inputs.ask(question);
  }
}

/** Throws `failed_precondition` unless all topics have as many partitions: partners are in the partitions of one number. */
export function commonPartitions(name: string, counts: ReadonlyMap<string, number | null>): number {
  for (const [topic, count] of counts) {
    if (count === null)
      throw new ForebayError(
        'failed_precondition',
        `source "${name}": there is no topic "${topic}"; run "forebay apply" again`,
      );
  }
  const [first, ...others] = [...counts.values()] as number[];
  if (others.some((count) => count !== first)) {
    const told = [...counts].map(([topic, count]) => `"${topic}" has ${count}`).join(', ');
    throw new ForebayError(
      'failed_precondition',
      `source "${name}": its topics must have equal counts of partitions, and be keyed by the fields that must be equal; ${told}`,
    );
  }
  return first as number;
}

/** Of each topic. Throws `failed_precondition` as `commonPartitions` does. */
export async function countPartitions(
  log: { readonly admin: Pick<TopicAdmin, 'partitionCount'> },
  name: string,
  { topics }: InputPartitions,
): Promise<number> {
  const counts = topics.map(async (topic) => [topic, await log.admin.partitionCount(topic)] as const);
  return commonPartitions(name, new Map(await Promise.all(counts)));
}
