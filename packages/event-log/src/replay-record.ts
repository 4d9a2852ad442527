import { type DeadLetterOrigin, originalHeaders } from './dead-letters';
import type { EventRecord, NewRecord, RecordHeaders } from './record';
import { REPLAY_HEADERS } from './replays';

/**
 * The record that brings a dead letter back: key, value and headers of the original, and headers with its position. All replays
 * of one original go to one partition, whose reader sees one after the other, so that it can tell which came first.
 *
 * @param to the topic, and how many partitions it has
 */
export function replayRecord(
  letter: Pick<EventRecord, 'key' | 'value' | 'headers'>,
  origin: DeadLetterOrigin,
  to: { readonly topic: string; readonly partitions: number },
): NewRecord {
  const about = {
    topic: origin.topic,
    partition: String(origin.partition),
    offset: String(origin.offset),
    timestamp: String(origin.timestampMs),
    attempt: String(origin.attempt),
  } satisfies Record<keyof typeof REPLAY_HEADERS, string>;
  const headers: Record<string, RecordHeaders[string]> = { ...originalHeaders(letter.headers) };
  for (const [name, header] of Object.entries(REPLAY_HEADERS))
    headers[header] = about[name as keyof typeof about];
  return {
    topic: to.topic,
    partition: origin.partition % to.partitions,
    key: letter.key,
    value: letter.value,
    headers,
  };
}
