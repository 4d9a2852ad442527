/** What Kafka holds of topics, in offsets as the archive keeps them: with the epoch of the topic. */
import { keptOffset, keptWatermarks, rekeyGroup, type TopicAdmin } from '@forebay/event-log';
import { type OfflineStore, topicEpochOf } from '@forebay/offline-store';

/** Throws `unavailable`. */
export interface TopicReader {
  /** By partition: the first offset that is held, and the one after the last record, as they are kept (with the epoch of the topic). */
  watermarks(topic: string): Promise<ReadonlyMap<number, { readonly low: number; readonly high: number }>>;
  /** By partition of a topic: up to where it is copied into an internal one, as offsets are kept. */
  copied(topic: string, internal: string): Promise<ReadonlyMap<number, number>>;
}

export function topicReader(
  offline: OfflineStore,
  admin: Pick<TopicAdmin, 'watermarks' | 'committedOffsets'>,
): TopicReader {
  return {
    watermarks: async (topic) =>
      keptWatermarks(await topicEpochOf(offline, topic), await admin.watermarks(topic)),
    copied: async (topic, internal) => {
      const epoch = await topicEpochOf(offline, topic);
      const offsets = await admin.committedOffsets(rekeyGroup(internal, epoch), topic);
      return new Map([...offsets].map(([partition, offset]) => [partition, keptOffset(epoch, offset)]));
    },
  };
}
