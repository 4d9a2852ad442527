/** Events of erased entities that come again, by whatever way: they are not applied and not archived (docs/ERASURE.md). The decision is pure; the shell asks ClickHouse. */
import { compileView, LaneEvaluator } from '@forebay/algebra';
import { encodeEntityKey, type JoinKeyValue } from '@forebay/contract';
import { type EntityKeys, type EventSource, topicsOf } from '@forebay/definitions';
import { readReplayOrigin } from '@forebay/event-log';
import type { Value } from '@forebay/expressions';
import { type ErasedEntity, erasedKeyHash, type OfflineStore, readErased } from '@forebay/offline-store';
import type { RawRecord, ReadChunk } from './chunk-reader';
import type { EventChunk, SourceEvent } from './event-chunk';
import type { HeadedRecord } from './replays';

/** One way in which an event names an entity. Null: it names none. */
interface KeyOfEvent {
  readonly entity: string;
  readonly keyOf: (row: Value[]) => string | null;
}

export interface ErasedEventsOptions {
  readonly store: OfflineStore;
  readonly source: EventSource;
  /** By which columns its events belong to entities. */
  readonly ways: readonly EntityKeys[];
}

type Erased = ReadonlyMap<string, ErasedEntity>;

/**
 * What was erased of a source. Whoever reads events again asks anew before it begins, and before a dead letter comes again: an erasure
 * waits until all events before its ends are archived, so what is read for the first time after it lies behind them.
 */
export class ErasedEvents {
  readonly #options: ErasedEventsOptions;
  readonly #ways: readonly KeyOfEvent[];
  #erased: Erased = new Map();
  /** Those of them that name an entity of which any was erased. */
  #asked: readonly KeyOfEvent[] = [];

  constructor(options: ErasedEventsOptions) {
    this.#options = options;
    this.#ways = options.ways.map((way) => keyOfEvent(options.source, way));
  }

  /** Asks what is erased now. Throws `unavailable`. */
  async refresh(): Promise<void> {
    if (this.#ways.length === 0) return;
    const { store, source } = this.#options;
    this.take(await readErased(store, source.id));
  }

  take(erased: readonly ErasedEntity[]): void {
    this.#erased = new Map(erased.map((each) => [labelOf(each.entity, each.keyHash), each]));
    const entities = new Set(erased.map(({ entity }) => entity));
    this.#asked = this.#ways.filter(({ entity }) => entities.has(entity));
  }

  /** The chunk without events of erased entities, of which almost none has any; its records are those of `records`. */
  without<R extends RawRecord>(records: readonly RawRecord[], read: ReadChunk<R>): ReadChunk<R> {
    if (this.#asked.length === 0) return read;
    const { chunk } = read;
    const replayed = this.#replayed(records);
    const isKept = chunk.events.map((event) => !this.#isErased(event, chunk, replayed));
    if (!isKept.includes(false)) return read;
    return {
      ...read,
      chunk: { ...chunk, events: chunk.events.filter((_, i) => isKept[i]) },
      arrivedAtMs: read.arrivedAtMs.filter((_, i) => isKept[i]),
    };
  }

  #isErased(event: SourceEvent, { partition }: EventChunk, replayed: ReadonlyMap<number, number>): boolean {
    const { row, offset, origin } = event;
    for (const { entity, keyOf } of this.#asked) {
      const key = keyOf(row);
      const erased = key === null ? undefined : this.#erased.get(labelOf(entity, erasedKeyHash(key)));
      if (erased === undefined) continue;
      const end = erased.ends.get(origin?.partition ?? partition) ?? 0;
      if ((origin?.offset ?? offset) < end) return true;
      const arrivedMs = replayed.get(offset);
      if (arrivedMs !== undefined && arrivedMs <= erased.erasedAtMs) return true;
    }
    return false;
  }

  /** By offset: when the original of a dead letter that was sent again arrived, of those that came from topics of the source. */
  #replayed(records: readonly RawRecord[]): ReadonlyMap<number, number> {
    const topics = topicsOf(this.#options.source);
    const arrived = new Map<number, number>();
    for (const record of records) {
      const headers = (record as Partial<HeadedRecord>).headers;
      const origin = headers === undefined ? null : readReplayOrigin(headers);
      if (origin !== null && topics.includes(origin.topic)) arrived.set(record.offset, origin.timestampMs);
    }
    return arrived;
  }
}

/** Of readings that take events of archives and topics as they are: nothing was erased. */
export const NOTHING_ERASED: Pick<ErasedEvents, 'refresh' | 'without'> = {
  refresh: async () => {},
  without: (_records, read) => read,
};

function labelOf(entity: string, keyHash: string): string {
  return `${entity}/${keyHash}`;
}

function keyOfEvent(source: EventSource, { entity, keyFields, view }: EntityKeys): KeyOfEvent {
  if (view === null) {
    const indexes = keyFields.map((key) => source.fields.findIndex(({ name }) => name === key));
    return { entity, keyOf: (row) => keyIn(row, indexes) };
  }
  const layout = compileView(view, source);
  const evaluator = new LaneEvaluator(layout);
  return {
    entity,
    keyOf: (row) => {
      evaluator.derive(row);
      return keyIn(row, layout.keyIndexes);
    },
  };
}

function keyIn(row: readonly Value[], indexes: readonly number[]): string | null {
  const values = indexes.map((index) => row[index] ?? null);
  return values.includes(null) ? null : encodeEntityKey(values as JoinKeyValue[]);
}
