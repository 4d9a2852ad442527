/** What a source's worker does with its topics: partitions by number, offsets as they are kept. */
import {
  DeadLetters,
  type EventRecord,
  type LogConsumer,
  type ProgressProber,
  topicRecord,
} from '@forebay/event-log';
import { originalOf } from './rekeying/original-of';
import type { RuntimeOptions } from './source-runtime-options';
import { type SourceTopics, spanOf } from './source-topics';
import type { TopicControl } from './topic-control';

export interface SourceTopicControlOptions {
  readonly options: Pick<RuntimeOptions, 'source' | 'producer' | 'clock'>;
  readonly topics: SourceTopics;
  readonly prober: ProgressProber;
  readonly epochOf: (topic: string) => number;
  /** null: it has not joined yet. */
  readonly consumer: () => LogConsumer | null;
}

export function sourceTopicControl({
  options: { source, producer, clock },
  topics,
  prober,
  epochOf,
  consumer,
}: SourceTopicControlOptions): TopicControl<EventRecord> {
  const deadLetters = new DeadLetters(producer, 'stream', clock);
  return {
    // read at each use: partitions may be added
    get partitions() {
      return spanOf(prober.partitions).partitions;
    },
    get absent() {
      return spanOf(prober.partitions).absent;
    },
    seek: (partition, offset) => topics.seek(consumer(), partition, offset),
    pause: (partition) => topics.pause(consumer(), partition),
    resume: (partition) => topics.resume(consumer(), partition),
    position: (partition) => topics.position(consumer(), partition),
    bounds: () => topics.watermarks(),
    commit: (offsets) => topics.commit(consumer(), offsets),
    sendDeadLetters: (partition, rejected) => {
      return deadLetters.send(
        rejected.map(({ record, rejection }) => {
          const original = originalOf(source, record) ?? { ...topics.placeOf(partition), record };
          return {
            ...original,
            besideTopic: source.topic,
            record: topicRecord(original.record, epochOf(original.topic)),
            source: source.name,
            reason: rejection.reason,
            message: rejection.message,
          };
        }),
      );
    },
    arrivedBefore: (partition, offset) => prober.observe(partition, offset),
  };
}
