/** What the worker of a joined or sequence source does with the topics of its inputs: partitions by number, offsets as they are kept. */
import type { EventRecord, LogConsumer, ProgressProber, ReadableLog } from '@forebay/event-log';
import type { TopicControl } from '../topic-control';
import type { InputPartitions } from './input-partitions';

export interface PairedTopicControlOptions {
  readonly inputs: InputPartitions;
  /** Of each topic. */
  readonly partitions: number;
  readonly log: ReadableLog;
  /** By input. */
  readonly probers: readonly ProgressProber[];
  /** null: it has not joined yet. */
  readonly consumer: () => LogConsumer | null;
}

export function pairedTopicControl({
  inputs,
  partitions,
  log,
  probers,
  consumer,
}: PairedTopicControlOptions): TopicControl<EventRecord> {
  return {
    partitions: partitions * inputs.sources.length,
    absent: [],
    seek: (number, offset) => {
      const { topic, partition } = inputs.topicPlaceOf(number);
      return consumer()?.seek(topic, partition, offset) ?? false;
    },
    pause: (number) => {
      const { topic, partition } = inputs.topicPlaceOf(number);
      consumer()?.pause(topic, partition);
    },
    resume: (number) => {
      const { topic, partition } = inputs.topicPlaceOf(number);
      consumer()?.resume(topic, partition);
    },
    position: (number) => {
      const { topic, partition } = inputs.topicPlaceOf(number);
      return consumer()?.position(topic, partition) ?? null;
    },
    bounds: () => inputs.ask(({ topic }) => log.admin.watermarks(topic)),
    commit: (offsets) =>
      consumer()?.commit(
        [...offsets].map(([number, offset]) => ({ ...inputs.topicPlaceOf(number), offset })),
      ),
    // the inputs' own readers send them
    sendDeadLetters: async () => {},
    arrivedBefore: (number, offset) => {
      const { input, partition } = inputs.placeOf(number);
      return probers[input]?.observe(partition, offset) ?? null;
    },
  };
}
