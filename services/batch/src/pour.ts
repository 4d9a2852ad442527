import type { ChunkProgress } from '@forebay/jobs';
import type { KeyValueBatch } from '@forebay/offline-store';
import type { BatchWriteStats } from '@forebay/online-store';
import { inSpan } from '@forebay/service-kit';
import { faultPoint } from './fault-points';

export interface ValueSink {
  write(entityKey: Uint8Array, value: Uint8Array): Promise<void> | null;
  finish(): Promise<BatchWriteStats>;
}

const REDIS_WRITE = { 'db.system.name': 'redis', 'db.operation.name': 'EVALSHA' } as const;

/** Moves values from ClickHouse to Redis as they come; reports what has come so far. */
export function pour(
  source: AsyncIterable<KeyValueBatch>,
  writer: ValueSink,
  report: (progress: ChunkProgress) => void,
): Promise<BatchWriteStats> {
  return inSpan('EVALSHA', REDIS_WRITE, () => move(source, writer, report), { kind: 'client' });
}

async function move(
  source: AsyncIterable<KeyValueBatch>,
  writer: ValueSink,
  report: (progress: ChunkProgress) => void,
): Promise<BatchWriteStats> {
  let count = 0;
  let bytes = 0;
  for await (const { keys, values } of source) {
    for (let i = 0; i < keys.length; i++) {
      const value = values[i] as Buffer;
      bytes += value.length;
      const room = writer.write(keys[i] as Buffer, value);
      if (room !== null) await room;
    }
    count += keys.length;
    report({ values: count, bytes });
    faultPoint('values-half-written');
  }
  return writer.finish();
}
