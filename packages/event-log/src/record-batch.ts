import type { Batch } from 'kafkajs';
import type { EventRecord, RecordBatch } from './record';

/** The position that the client asked for when it fetched the batch; kafkajs 2.2.4 does not declare the field. */
export function fetchedFrom(batch: Batch): number {
  return Number((batch as Batch & { readonly fetchedOffset: string }).fetchedOffset);
}

/** The records of a fetched batch from `fromOffset` on. */
export function toRecordBatch(batch: Batch, fromOffset: number): RecordBatch {
  const records: EventRecord[] = [];
  for (const { key, value, headers, offset, timestamp } of batch.messages) {
    const at = Number(offset);
    if (at < fromOffset) continue;
    records.push({ key, value, headers: headers ?? {}, offset: at, timestampMs: Number(timestamp) });
  }
  return {
    topic: batch.topic,
    partition: batch.partition,
    records,
    nextOffset: Number(batch.lastOffset()) + 1,
    highWatermark: Number(batch.highWatermark),
  };
}
