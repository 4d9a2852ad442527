/** Which epoch a topic is in: each time that it is made anew under its name, the next one. The archive is the place that remembers. */
import type { OfflineStore } from './client';
import { instantText } from './column-types';
import { INSERT_ORDER, TOPICS_TABLE } from './tables';

export interface TopicEpoch {
  readonly epoch: number;
  /** Kafka's id of the topic; '': it was not known. */
  readonly id: string;
}

/** The newest; null: the topic was never noticed. */
export async function readTopicEpoch(store: OfflineStore, topic: string): Promise<TopicEpoch | null> {
  const [row] = await store.rows<TopicEpoch>(
    `SELECT epoch, id FROM ${TOPICS_TABLE} WHERE topic = {topic:String} ORDER BY epoch DESC, id = '', ${INSERT_ORDER} LIMIT 1`,
    { topic },
  );
  return row ?? null;
}

/** 0 for a topic that was never noticed. */
export async function topicEpochOf(store: OfflineStore, topic: string): Promise<number> {
  return (await readTopicEpoch(store, topic))?.epoch ?? 0;
}

/**
 * The epoch of a topic with this id: the one that is known, or the next one, which is recorded. Whoever notices at the same time
 * gets the same answer: of two who record an epoch the first one holds, and the other looks again.
 *
 * @param isAnew whether the topic is another one than that of an epoch, where ids do not tell (one of them is not known)
 */
export async function noticeTopic(
  store: OfflineStore,
  topic: string,
  id: string | null,
  { isAnew, nowMs }: { readonly isAnew: (epoch: number) => Promise<boolean>; readonly nowMs: number },
): Promise<TopicEpoch> {
  for (;;) {
    const known = await readTopicEpoch(store, topic);
    const next = await nextEpoch(known, id, isAnew);
    if (next === null) return known as TopicEpoch;
    await store.insertRows(TOPICS_TABLE, [{ topic, ...next, noticed_at: instantText(nowMs) }]);
  }
}

/** What is to be recorded; null: the known one is right. */
async function nextEpoch(
  known: TopicEpoch | null,
  id: string | null,
  isAnew: (epoch: number) => Promise<boolean>,
): Promise<TopicEpoch | null> {
  const epoch = known?.epoch ?? 0;
  if (known !== null && known.id !== '' && id !== null)
    return known.id === id ? null : { epoch: epoch + 1, id };
  if (await isAnew(epoch)) return { epoch: epoch + 1, id: id ?? '' };
  // the id of an epoch that had none is recorded beside its first row
  return known === null || id !== null ? { epoch, id: id ?? '' } : null;
}
