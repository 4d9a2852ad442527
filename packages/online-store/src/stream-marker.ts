import type { RedisConnection } from './connection';
import { streamMarkerKey } from './keys';
import { RedisScript } from './redis-script';
import { encodeInstants, instantAt, openStored } from './stored-format';

/** Since which event time a view's stream values are complete. */
export interface StreamMarker {
  /** −∞: always. */
  readonly completeSinceMs: number;
}

const RAISE = new RedisScript('raise-stream-marker');

export async function readStreamMarker(
  connection: RedisConnection,
  bucket: number,
  viewId: number,
): Promise<StreamMarker | null> {
  const bytes = await connection.run('reading a stream marker', () =>
    connection.at(bucket).getBuffer(streamMarkerKey(bucket, viewId)),
  );
  return bytes === null ? null : decodeStreamMarker(bytes);
}

/** Sets the marker at a view's first start; false: there is one, and it stays. */
export async function startStreamMarker(
  connection: RedisConnection,
  bucket: number,
  viewId: number,
  marker: StreamMarker,
): Promise<boolean> {
  const reply = await connection.run('setting a stream marker', () =>
    connection.at(bucket).set(streamMarkerKey(bucket, viewId), encodeStreamMarker(marker), 'NX'),
  );
  return reply === 'OK';
}

/** Upwards only, and set if there is none; false: the stored one is as late or later. */
export async function raiseStreamMarker(
  connection: RedisConnection,
  bucket: number,
  viewId: number,
  marker: StreamMarker,
): Promise<boolean> {
  const key = streamMarkerKey(bucket, viewId);
  return (await RAISE.run(connection, bucket, [key], [encodeStreamMarker(marker)])) === 1;
}

export function encodeStreamMarker(marker: StreamMarker): Buffer {
  return encodeInstants(marker.completeSinceMs);
}

export function decodeStreamMarker(bytes: Uint8Array): StreamMarker {
  const what = 'a stream marker';
  return { completeSinceMs: instantAt(openStored(bytes, 16, what), 8, what) };
}
