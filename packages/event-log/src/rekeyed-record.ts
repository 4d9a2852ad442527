/** Records that were copied from their topic into an internal one that is keyed otherwise. */
import { headerNumber, headersWithout } from './header-values';
import type { EventRecord, NewRecord, RecordHeaders } from './record';

/** Names of the headers that a copy has beyond those of the original record. */
export const REKEY_HEADERS = {
  partition: '__forebay.rekey.partition',
  offset: '__forebay.rekey.offset',
  timestamp: '__forebay.rekey.timestamp',
} as const;

/** Where the original stands in its topic. */
export interface RekeyOrigin {
  readonly partition: number;
  /** As it is kept: with the epoch of the topic. */
  readonly offset: number;
  /** When it arrived, ms. */
  readonly timestampMs: number;
}

/** A copy as its original was, with its own offset in the internal topic. */
export interface RekeyedRecord extends EventRecord {
  readonly origin: RekeyOrigin;
}

/**
 * The group that copies into an internal topic; its committed offsets are how far the copying is. Those of a topic that was made anew are
 * another group's.
 */
export function rekeyGroup(internalTopic: string, epoch: number): string {
  return epoch === 0 ? `forebay-rekey.${internalTopic}` : `forebay-rekey.${internalTopic}.epoch-${epoch}`;
}

/** @param record with its offset as it is kept */
export function rekeyedRecord(
  record: EventRecord,
  fromPartition: number,
  to: { readonly topic: string; readonly partition: number },
): NewRecord {
  const origin = {
    partition: String(fromPartition),
    offset: String(record.offset),
    timestamp: String(record.timestampMs),
  } satisfies Record<keyof typeof REKEY_HEADERS, string>;
  const headers: Record<string, RecordHeaders[string]> = { ...record.headers };
  for (const [name, header] of Object.entries(REKEY_HEADERS))
    headers[header] = origin[name as keyof typeof origin];
  return { ...to, key: record.key, value: record.value, headers };
}

/** null: the record was not copied from anywhere. */
export function readRekeyed(record: EventRecord): RekeyedRecord | null {
  const number = (name: keyof typeof REKEY_HEADERS) => headerNumber(record.headers, REKEY_HEADERS[name]);
  const [partition, offset, timestampMs] = [number('partition'), number('offset'), number('timestamp')];
  const isPosition = [partition, offset].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (!isPosition || !Number.isSafeInteger(timestampMs)) return null;
  const { key, value, headers, offset: readAt } = record;
  return {
    key,
    value,
    offset: readAt,
    timestampMs,
    headers: headersWithout(headers, Object.values(REKEY_HEADERS)),
    origin: { partition, offset, timestampMs },
  };
}
