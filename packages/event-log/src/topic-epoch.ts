/**
 * A topic that was deleted and made anew begins again at offset 0. So that its records are told from those of before, an offset as
 * Forebay keeps it (in fences, checkpoints, the archive and ties) carries the epoch of the topic in its upper bits: it grows for
 * ever, whatever happens to the topic.
 */
import { ForebayError } from '@forebay/contract';
import type { Watermarks } from './topic-admin';

/** So many records a partition may have in one epoch: 30,000 a second for a year. */
export const OFFSETS_PER_EPOCH = 2 ** 40;
/** Ties have 50 bits for an offset (docs/CODEC.md). */
export const MAX_TOPIC_EPOCH = 1_023;

/** An offset of the topic, as it is kept. */
export function keptOffset(epoch: number, offset: number): number {
  return epoch * OFFSETS_PER_EPOCH + offset;
}

export function epochOfKept(kept: number): number {
  return Math.floor(kept / OFFSETS_PER_EPOCH);
}

/** The offset in the topic of an epoch; what is kept of earlier epochs lies before all that it has. */
export function topicOffset(epoch: number, kept: number): number {
  return kept - epoch * OFFSETS_PER_EPOCH;
}

/** Whether a topic begins there: nothing of its epoch lies before it. */
export function isTopicBeginning(kept: number): boolean {
  return kept % OFFSETS_PER_EPOCH === 0;
}

/**
 * Whether Kafka deleted records before they were read.
 * @param next by partition, the next offset to read, as it is kept; −1: none
 */
export function isOvertaken(
  next: ArrayLike<number>,
  held: ReadonlyMap<number, Pick<Watermarks, 'low'>>,
): boolean {
  return [...held].some(([partition, { low }]) => {
    const offset = next[partition] ?? -1;
    return offset >= 0 && offset < low && !isTopicBeginning(low);
  });
}

export function keptWatermarks(
  epoch: number,
  held: ReadonlyMap<number, Watermarks>,
): ReadonlyMap<number, Watermarks> {
  if (epoch > MAX_TOPIC_EPOCH)
    throw new ForebayError(
      'failed_precondition',
      `the topic was made anew ${epoch} times, more often than its records can be told apart (${MAX_TOPIC_EPOCH}): use one of another name`,
    );
  return new Map(
    [...held].map(([partition, { low, high }]) => [
      partition,
      { low: keptOffset(epoch, low), high: keptOffset(epoch, high) },
    ]),
  );
}
