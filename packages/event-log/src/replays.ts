/** Records that were dead letters, and were written to their topic again. docs/DEAD-LETTERS.md has how they count once. */
import { headerNumber, headerText } from './header-values';
import type { RecordHeaders, TopicPartition } from './record';

/** Names of the headers that a replayed record has beyond those of the original record. */
export const REPLAY_HEADERS = {
  topic: '__forebay.replay.topic',
  partition: '__forebay.replay.partition',
  offset: '__forebay.replay.offset',
  timestamp: '__forebay.replay.timestamp',
  attempt: '__forebay.replay.attempt',
} as const;

/** Where a replayed record stood when it was read first. */
export interface ReplayOrigin extends TopicPartition {
  readonly offset: number;
  /** When the original arrived, ms: positions of a topic that was made anew begin again. */
  readonly timestampMs: number;
  /** How often the record was given up before. */
  readonly attempt: number;
}

/** What a replayed record says of its original; null: it is not one. Cheap, for almost no record is. */
export function readReplayOrigin(headers: RecordHeaders): ReplayOrigin | null {
  if (headers[REPLAY_HEADERS.offset] === undefined) return null;
  const number = (name: keyof typeof REPLAY_HEADERS) => headerNumber(headers, REPLAY_HEADERS[name]);
  const topic = headerText(headers, REPLAY_HEADERS.topic);
  const [partition, offset, timestampMs] = [number('partition'), number('offset'), number('timestamp')];
  const isPosition = [partition, offset].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (topic === null || !isPosition || !Number.isSafeInteger(timestampMs)) return null;
  const attempt = number('attempt');
  return { topic, partition, offset, timestampMs, attempt: Number.isInteger(attempt) ? attempt : 1 };
}
