/** The values of a scene in Redis, written and read as the services do. */
import { randomInt } from 'node:crypto';
import type { StoredParts, StreamWrite, ViewLayout } from '@forebay/algebra';
import {
  BatchWriter,
  connectRedis,
  entityPartKey,
  FLUSH_APPLIED,
  OnlineReader,
  PARTS,
  type RedisConnection,
  StreamWriter,
  streamKeys,
} from '@forebay/online-store';

const BUCKET = 0;
/** Ids that no registry gives, from a random one on: runs share a server. */
const FIRST_VIEW = 1_000_000_000;
const VIEWS = 1_000_000_000;
const entityKey = (entity: number) => `e${entity}`;
/** Long enough for a scene: what it stores is of another time. */
const TTL_MS = 600_000;

export class ParityRedis {
  readonly #writer: StreamWriter;
  readonly #reader: OnlineReader;
  /** Each scene is a view of its own. */
  #viewId = FIRST_VIEW + randomInt(VIEWS);

  private constructor(private readonly connection: RedisConnection) {
    this.#writer = new StreamWriter(connection);
    this.#reader = new OnlineReader(connection);
  }

  static async connect(url: string): Promise<ParityRedis> {
    return new ParityRedis(await connectRedis({ url, role: 'stream', setting: 'FOREBAY_REDIS_URL' }));
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  /** Stores what each entity's stream writer wrote, and its batch values, and reads all of it. */
  async throughRedis(
    layout: ViewLayout,
    streams: readonly (readonly StreamWrite[])[],
    batches: readonly (readonly Uint8Array[])[],
  ): Promise<StoredParts[]> {
    const viewId = this.#viewId++;
    await this.#writeStreams(layout, viewId, streams);
    await this.#writeBatches(viewId, batches);
    return Promise.all(streams.map((_, entity) => this.#read(viewId, entity)));
  }

  /** The first writes of all entities in one flush, then the second ones. */
  async #writeStreams(
    layout: ViewLayout,
    viewId: number,
    streams: readonly (readonly StreamWrite[])[],
  ): Promise<void> {
    const keys = streamKeys(BUCKET, viewId, {
      hasVariableParts: layout.variable.length > 0,
      hasIds: layout.source.dedupeMs !== null,
    });
    const rounds = Math.max(...streams.map((writes) => writes.length));
    for (let round = 0; round < rounds; round++) {
      const writes = streams.flatMap((all, entity) => {
        const write = all[round];
        if (write === undefined) return [];
        const { expected, value, valueSize, patchFrom, open, sealed, ids } = write;
        const parts = { ...(open === null ? {} : { open }), ...(sealed === null ? {} : { sealed }), ids };
        return [
          {
            keys,
            entityKey: entityKey(entity),
            expected,
            value,
            valueSize,
            patchFrom,
            ttlMs: TTL_MS,
            ...parts,
          },
        ];
      });
      const outcomes = await this.#writer.flush(writes);
      const lost = outcomes.findIndex((outcome) => outcome !== FLUSH_APPLIED);
      if (lost >= 0)
        throw new Error(`the write of ${writes[lost]?.entityKey} was a conflict in round ${round}`);
    }
  }

  /** The first values of all entities, then the second ones: the newest of an entity must stay. */
  async #writeBatches(viewId: number, batches: readonly (readonly Uint8Array[])[]): Promise<void> {
    const rounds = Math.max(...batches.map((values) => values.length));
    for (let round = 0; round < rounds; round++) {
      const expiresAtMs = Date.now() + TTL_MS;
      const writer = new BatchWriter(this.connection, { viewId, expiresAtMs });
      for (const [entity, values] of batches.entries()) {
        const value = values[round];
        if (value !== undefined) await writer.write(entityKey(entity), value);
      }
      await writer.finish();
    }
  }

  async #read(viewId: number, entity: number): Promise<StoredParts> {
    const parts = [PARTS.rows, PARTS.open, PARTS.sealed, PARTS.batch];
    const keys = parts.map((part) => entityPartKey(BUCKET, viewId, part, entityKey(entity)));
    const [stream = null, open = null, sealed = null, batch = null] = await this.#reader.mget(keys, TTL_MS);
    return { stream, open, sealed, batch };
  }
}
