/** The partitions of the inputs of a joined or sequence source as partitions of one source. */
import type { EventSource } from './model';
import type { Pairing } from './paired-model';
import { asRead } from './rekeying';
import {
  byPartitionNumber,
  type NumberedPartition,
  numberedPartition,
  partitionNumber,
  topicsOf,
} from './source-topics';

type TopicPartition = Pick<NumberedPartition, 'topic' | 'partition'>;

export interface InputPlace {
  /** 0: the left input or the only one; 1: the right one. */
  readonly input: number;
  /** Its number in the input. */
  readonly partition: number;
}

/** The partition that has number p in input i has p · inputs + i, which stays when partitions or topics are added. */
export class InputPartitions {
  readonly sources: readonly EventSource[];
  readonly #withinMs: number;

  constructor(pairing: Pairing) {
    this.sources = pairing.kind === 'join' ? [pairing.left, pairing.right] : [pairing.source];
    this.#withinMs = pairing.definition.withinMs;
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

  /** How much earlier than a pair, or than the second event of a sequence, an event of the input may be that it is made of. */
  earlierMs(input: number): number {
    return input === 0 ? this.#withinMs : 0;
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
}

/**
 * Asks something of each topic that is read for a source, also one that is made of others, by partition; the answers of all by the
 * numbers that checkpoints and progress of the source know partitions by.
 */
export function byReadPartition<T>(
  source: EventSource,
  ask: (topic: string) => Promise<ReadonlyMap<number, T>>,
): Promise<ReadonlyMap<number, T>> {
  const { pairing } = source;
  return pairing === undefined
    ? byPartitionNumber(asRead(source), ask)
    : new InputPartitions(pairing).ask(ask);
}
