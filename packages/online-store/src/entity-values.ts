import type { RedisConnection } from './connection';
import { EncodedMgetBatch } from './mget-batch';
import { MAX_KEYS_PER_MGET } from './online-reader';
import type { StoredValues } from './stored-values';

const WHOLE_KEY = new Uint8Array(0);

/** What is read of entities of one bucket. */
export interface EntityValueKeys {
  readonly bucket: number;
  /** Keys that all entities have in common, such as markers. */
  readonly shared: readonly Uint8Array[];
  /** What the keys of an entity's parts begin with. */
  readonly prefixes: readonly Uint8Array[];
}

/** What keys hold, in their order; null where there is no such key. */
export type KeyValues = readonly (Uint8Array | null)[];

/** Values of one command, thus of one instant. */
export interface EntityValues {
  readonly shared: KeyValues;
  /** By entity, its parts. */
  readonly parts: readonly KeyValues[];
}

/** Reads parts of many entities of one bucket; commands follow each other in the entities' order. Rejects with a ForebayError. */
export async function readEntityValues(
  connection: RedisConnection,
  { bucket, shared, prefixes }: EntityValueKeys,
  entityKeys: readonly string[],
): Promise<EntityValues[]> {
  const perCommand = Math.floor((MAX_KEYS_PER_MGET - shared.length) / prefixes.length);
  const commands: Promise<EntityValues>[] = [];
  for (let first = 0; first < entityKeys.length; first += perCommand) {
    const entities = entityKeys.slice(first, first + perCommand);
    const batch = new EncodedMgetBatch(connection, bucket);
    for (const key of shared) batch.key(WHOLE_KEY, key);
    for (const entity of entities) for (const prefix of prefixes) batch.key(prefix, entity);
    commands.push(
      new Promise((resolve, reject) => {
        const take = (values: StoredValues) => {
          const kept = values.kept();
          const from = (first: number, count: number) =>
            Array.from({ length: count }, (_, i) => kept.at(first + i));
          resolve({
            shared: from(0, shared.length),
            parts: entities.map((_, i) => from(shared.length + i * prefixes.length, prefixes.length)),
          });
        };
        batch.send(take, (thrown) => reject(connection.failure(thrown, 'reading values of entities')));
      }),
    );
  }
  return Promise.all(commands);
}
