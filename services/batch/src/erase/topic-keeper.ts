/** What erasures ask of Kafka and do there. */
import type { EventLog, TopicRetention, Watermarks } from '@forebay/event-log';

/** Throws `unavailable`. */
export interface TopicKeeper {
  /** Null: there is no such topic. */
  retention(topic: string): Promise<TopicRetention | null>;
  /** By partition, in the topic's own offsets. */
  watermarks(topic: string): Promise<ReadonlyMap<number, Watermarks>>;
  /** Writes a record without a value: in a compacted topic it removes those of the key before it. */
  removeKey(topic: string, key: string): Promise<void>;
}

export function topicKeeper(eventLog: Pick<EventLog, 'admin' | 'producer'>): TopicKeeper {
  const { admin } = eventLog;
  return {
    retention: (topic) => admin.retention(topic),
    watermarks: (topic) => admin.watermarks(topic),
    removeKey: async (topic, key) => {
      const producer = await eventLog.producer();
      try {
        await producer.send([{ topic, key: Buffer.from(key), value: null }]);
      } finally {
        await producer.close();
      }
    },
  };
}
