/** The partitions of the inputs of a joined or sequence source as partitions of one source. */
import { ForebayError } from '@forebay/contract';
import type { EventSource, Pairing } from '@forebay/definitions';
import type { TopicAdmin } from '@forebay/event-log';

export interface InputPlace {
  /** 0: the left input or the only one; 1: the right one. */
  readonly input: number;
  /** Of the input's topic. */
  readonly partition: number;
}

/** Partition p of input i is `p · inputs + i`, which stays when partitions are added. */
export class InputPartitions {
  readonly sources: readonly EventSource[];

  constructor(pairing: Pairing) {
    this.sources = pairing.kind === 'join' ? [pairing.left, pairing.right] : [pairing.source];
  }

  get topics(): string[] {
    return this.sources.map(({ topic }) => topic);
  }

  numberOf(topic: string, partition: number): number {
    const input = this.sources.findIndex((source) => source.topic === topic);
    return partition * this.sources.length + input;
  }

  placeOf(number: number): InputPlace {
    const inputs = this.sources.length;
    return { input: number % inputs, partition: Math.floor(number / inputs) };
  }

  topicPlaceOf(number: number): { readonly topic: string; readonly partition: number } {
    const { input, partition } = this.placeOf(number);
    return { topic: this.topics[input] as string, partition };
  }

  /** How much earlier than a pair an event of the input may be. */
  earlierMs(input: number, withinMs: number): number {
    return input === 0 ? withinMs : 0;
  }

  /** Asks each topic; the answers by partition of the source. */
  async ask<T>(
    question: (source: EventSource, input: number) => Promise<ReadonlyMap<number, T>>,
  ): Promise<Map<number, T>> {
    const answers = await Promise.all(this.sources.map(question));
    return new Map(
      answers.flatMap((answer, input) =>
        [...answer].map(([partition, value]) => [partition * this.sources.length + input, value] as const),
      ),
    );
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
