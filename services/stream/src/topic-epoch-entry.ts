/** At the start of reading: which epochs the topics are in. One that was deleted and made anew begins the next one, and what was read of the old one stays. */
import { ForebayError } from '@forebay/contract';
import { type EventSource, numberedPartition, topicsOf } from '@forebay/definitions';
import { keptOffset, type ReadableLog } from '@forebay/event-log';
import {
  archivedBeginnings,
  closeEarlierEpochs,
  noticeTopic,
  type OfflineStore,
  type TopicEpoch,
} from '@forebay/offline-store';
import type { Logger } from '@forebay/service-kit';
import { partitionsMadeAnew } from './start-point';

/** Of fences, which need none: offsets carry the epoch of their topic. */
const FENCE_EPOCH = 0;

/** A topic is another one than that which is being read: reading begins again, in the next epoch. */
export class TopicMadeAnew extends ForebayError {
  constructor(topic: string) {
    super('failed_precondition', `topic "${topic}" was deleted and made anew`);
  }
}

export interface TopicEpochEnvironment {
  readonly source: EventSource;
  readonly offline: OfflineStore;
  readonly eventLog: Pick<ReadableLog, 'topicId' | 'admin'>;
  readonly clock: () => number;
  readonly logger: Logger;
}

/** By topic. */
export type TopicEpochs = ReadonlyMap<string, TopicEpoch>;

/** Of the topics of a source. Records an epoch where it is a new one. Where brokers don't tell ids, the times of the first records do. */
export async function enterTopicEpochs(environment: TopicEpochEnvironment): Promise<TopicEpochs> {
  const { source, offline, eventLog, clock, logger } = environment;
  const entered = new Map<string, TopicEpoch>();
  for (const topic of topicsOf(source)) {
    const id = await eventLog.topicId(topic);
    const isAnew = (epoch: number) => wasMadeAnew(environment, topic, epoch);
    entered.set(topic, await noticeTopic(offline, topic, id, { isAnew, nowMs: clock() }));
  }
  if ([...entered.values()].every(({ epoch }) => epoch === 0)) return entered;
  const beginningOf = (number: number) =>
    keptOffset(entered.get(numberedPartition(source, number).topic)?.epoch ?? 0, 0);
  const closed = await closeEarlierEpochs(offline, source, FENCE_EPOCH, { beginningOf, nowMs: clock() });
  if (closed.size > 0)
    logger.warn(
      { ended: Object.fromEntries(closed) },
      `source "${source.name}": a topic was deleted and made anew; what was read of the old one stays, its records from these offsets on, if there were any, are lost`,
    );
  return entered;
}

/** Whether a partition is another log than that whose beginning was archived in the epoch, by the times of its records. */
async function wasMadeAnew(
  { source, offline, eventLog }: TopicEpochEnvironment,
  topic: string,
  epoch: number,
): Promise<boolean> {
  const archived = await archivedBeginnings(offline, source, FENCE_EPOCH, keptOffset(epoch, 0));
  const beginnings = new Map<number, number>();
  for (const [number, archivedMs] of archived) {
    const place = numberedPartition(source, number);
    if (place.topic === topic) beginnings.set(place.partition, archivedMs);
  }
  const anew = await partitionsMadeAnew(beginnings, source.maxClockSkewMs, (instantMs) =>
    eventLog.admin.offsetsAt(topic, instantMs),
  );
  return anew.size > 0;
}

/** Throws `TopicMadeAnew` when a topic has another id than that of its epoch. */
export async function checkTopicEpochs(
  log: Pick<ReadableLog, 'topicId'>,
  entered: TopicEpochs,
): Promise<void> {
  for (const [topic, { id: known }] of entered) {
    const id = await log.topicId(topic);
    if (id !== null && known !== '' && id !== known) throw new TopicMadeAnew(topic);
  }
}

export const epochsOf = (entered: TopicEpochs) => (topic: string) => entered.get(topic)?.epoch ?? 0;
