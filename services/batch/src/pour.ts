import type { KeyValueBatch } from '@forebay/offline-store';
import type { BatchWriteStats } from '@forebay/online-store';

export interface ValueSink {
  write(entityKey: Uint8Array, value: Uint8Array): Promise<void> | null;
  finish(): Promise<BatchWriteStats>;
}

/** Moves values from ClickHouse to Redis as they come. */
export async function pour(
  source: AsyncIterable<KeyValueBatch>,
  writer: ValueSink,
): Promise<BatchWriteStats> {
  for await (const { keys, values } of source) {
    for (let i = 0; i < keys.length; i++) {
      const room = writer.write(keys[i] as Buffer, values[i] as Buffer);
      if (room !== null) await room;
    }
  }
  return writer.finish();
}
