import type { Batch, KafkaMessage } from 'kafkajs';
import { FetchedRecord } from './fetched-record';
import type { EventRecord, RecordBatch } from './record';

/** The position that the client asked for when it fetched the batch; kafkajs 2.2.4 does not declare the field. */
export function fetchedFrom(batch: Batch): number {
  return Number((batch as Batch & { readonly fetchedOffset: string }).fetchedOffset);
}

/** The records of a fetched batch from `fromOffset` on. */
export function toRecordBatch(batch: Batch, fromOffset: number): RecordBatch {
  const records: EventRecord[] = [];
  for (const message of batch.messages as readonly (KafkaMessage | FetchedRecord)[]) {
    const record = message instanceof FetchedRecord ? message : recordOf(message);
    if (record.offset >= fromOffset) records.push(record);
  }
  return {
    topic: batch.topic,
    partition: batch.partition,
    records,
    nextOffset: Number(batch.lastOffset()) + 1,
    highWatermark: Number(batch.highWatermark),
  };
}

/** As the client's own decoder leaves it. */
function recordOf({ key, value, headers, offset, timestamp }: KafkaMessage): EventRecord {
  return { key, value, headers: headers ?? {}, offset: Number(offset), timestampMs: Number(timestamp) };
}
