/** What the worker of a joined or sequence source does with the topics of its inputs: partitions by number, offsets as they are kept. */
import type { LogConsumer, ProgressProber } from '@forebay/event-log';
import type { CatchUpRecord } from '../catch-up-records';
import { spanOf } from '../source-topics';
import type { TopicControl } from '../topic-control';
import type { InputTopics } from './input-topics';

export interface PairedTopicControlOptions {
  readonly topics: InputTopics;
  readonly prober: ProgressProber;
  /** null: it has not joined yet. */
  readonly consumer: () => LogConsumer | null;
}

export function pairedTopicControl({
  topics,
  prober,
  consumer,
}: PairedTopicControlOptions): TopicControl<CatchUpRecord> {
  return {
    get partitions() {
      return spanOf(prober.partitions).partitions;
    },
    get absent() {
      return spanOf(prober.partitions).absent;
    },
    seek: (number, offset) => topics.seek(consumer(), number, offset),
    pause: (number) => topics.pause(consumer(), number),
    resume: (number) => topics.resume(consumer(), number),
    position: (number) => topics.position(consumer(), number),
    bounds: () => topics.watermarks(),
    commit: (offsets) => topics.commit(consumer(), offsets),
    // the inputs' own readers send them
    sendDeadLetters: async () => {},
    arrivedBefore: (number, offset) => prober.observe(number, offset),
  };
}
