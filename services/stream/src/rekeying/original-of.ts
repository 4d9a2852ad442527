import type { EventSource } from '@forebay/definitions';
import type { EventRecord, RekeyedRecord } from '@forebay/event-log';

/** The original that a record is a copy of, and where it stands; null: it is no copy. */
export function originalOf({ topic }: EventSource, record: EventRecord) {
  if (!('origin' in record)) return null;
  const { origin, ...copy } = record as RekeyedRecord;
  return { topic, partition: origin.partition, record: { ...copy, offset: origin.offset } };
}
