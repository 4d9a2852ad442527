import type { RedisConnection } from './connection';
import type { StreamKeys } from './keys';
import { EncodedMgetBatch } from './mget-batch';
import { MAX_KEYS_PER_MGET } from './online-reader';

/** The stream values of one entity as stored: they share memory with those of others, so copy what shall be kept. */
export interface StoredStream {
  readonly rows: Uint8Array | null;
  readonly open: Uint8Array | null;
  readonly sealed: Uint8Array | null;
  readonly ids: Uint8Array | null;
}

/**
 * Loads the stream values of many entities of one view and bucket; the parts of an entity always come from one command, thus from
 * one instant. Rejects with a ForebayError.
 */
export async function loadStreamValues(
  connection: RedisConnection,
  keys: StreamKeys,
  entityKeys: readonly string[],
): Promise<StoredStream[]> {
  const { hasVariableParts, hasIds } = keys;
  const prefixes = [keys.rows];
  if (hasVariableParts) prefixes.push(keys.open, keys.sealed);
  if (hasIds) prefixes.push(keys.ids);
  const perCall = Math.floor(MAX_KEYS_PER_MGET / prefixes.length);
  const calls: Promise<(Uint8Array | null)[]>[] = [];
  for (let first = 0; first < entityKeys.length; first += perCall) {
    const batch = new EncodedMgetBatch(connection, keys.bucket);
    for (const entityKey of entityKeys.slice(first, first + perCall))
      for (const prefix of prefixes) batch.key(prefix, entityKey);
    calls.push(
      new Promise((resolve, reject) => {
        batch.send(
          (values) => {
            const kept = values.kept();
            resolve(Array.from({ length: kept.length }, (_, i) => kept.at(i)));
          },
          (thrown) => reject(connection.failure(thrown, 'loading stream values')),
        );
      }),
    );
  }
  const values = (await Promise.all(calls)).flat();
  return entityKeys.map((_, i) => {
    const at = i * prefixes.length;
    return {
      rows: values[at] ?? null,
      open: hasVariableParts ? (values[at + 1] ?? null) : null,
      sealed: hasVariableParts ? (values[at + 2] ?? null) : null,
      ids: hasIds ? (values[at + prefixes.length - 1] ?? null) : null,
    };
  });
}
