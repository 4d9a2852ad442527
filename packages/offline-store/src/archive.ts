import { Readable } from 'node:stream';
import type { EventSource } from '@forebay/definitions';
import type { ArchiveBlock } from './archive-block';
import type { OfflineStore } from './client';
import { instantText } from './column-types';
import { quoteName } from './identifiers';
import { FIRST_PARTITION_LOG, OFFSETS_TABLE, POSITION_COLUMNS, READ_COLUMNS, readPositionOf } from './tables';

/** Offsets `[from, to)` of one partition, all of which are in a block, or were refused (dead letters) and belong in no archive. */
export interface OffsetRange {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

export interface ArchivedPartition {
  readonly partition: number;
  /** The first offset that was archived. */
  readonly first: number;
  /** The end (exclusive) of what follows it without a gap. */
  readonly end: number;
  /** The last stretch without a gap, `[from, to)`: all there is, unless records were deleted before they were archived. */
  readonly last: { readonly from: number; readonly to: number };
}

/** A replay of an old topic may bring many months at once, and no block of it may be refused. */
const INSERT_SETTINGS = { max_partitions_per_insert_block: '0', optimize_on_insert: 0 } as const;

/**
 * Writes blocks of events of one source and one topic epoch. Exactly once: a record that is inserted again, by a replay or another
 * writer, has the same position and collapses. Offsets are recorded after the block, so they never promise what is not there.
 * Not re-entrant: one `insert` at a time.
 */
export class ArchiveWriter {
  readonly #store: OfflineStore;
  readonly #source: EventSource;
  readonly #epoch: number;
  readonly #clock: () => number;
  readonly #onInserted: () => void;
  /** Per partition what this writer has archived without a gap. */
  readonly #sessions = new Map<number, { from: number; to: number }>();

  /** @param onInserted called when a block is in the archive, before its offsets are recorded */
  constructor(
    store: OfflineStore,
    source: EventSource,
    epoch: number,
    clock: () => number,
    onInserted: () => void = () => undefined,
  ) {
    this.#store = store;
    this.#source = source;
    this.#epoch = epoch;
    this.#clock = clock;
    this.#onInserted = onInserted;
  }

  /** Inserts the block, then records the ranges. The block may be reused when the promise has settled. */
  async insert(block: ArchiveBlock, ranges: readonly OffsetRange[]): Promise<void> {
    if (block.rows > 0) {
      const query = `INSERT INTO ${quoteName(this.#source.table)} (${block.columns}) FORMAT RowBinary`;
      await this.#store.insertBytes(
        query,
        Readable.from([block.bytes()], { objectMode: false }),
        INSERT_SETTINGS,
      );
    }
    this.#onInserted();
    const extended = ranges.filter((range) => range.to > range.from).map((range) => this.#extend(range));
    if (extended.length > 0) await this.#record(extended);
  }

  /** A range that continues this writer's session replaces the session's row, so the table stays small. */
  #extend({ partition, from, to }: OffsetRange): OffsetRange {
    const session = this.#sessions.get(partition);
    const continued = session !== undefined && from >= session.from && from <= session.to;
    const next = continued ? { from: session.from, to: Math.max(session.to, to) } : { from, to };
    this.#sessions.set(partition, next);
    return { partition, ...next };
  }

  async #record(ranges: readonly OffsetRange[]): Promise<void> {
    const rows = ranges.map((range) => ({
      archive: this.#source.table,
      epoch: this.#epoch,
      partition: range.partition,
      from_offset: range.from,
      to_offset: range.to,
      at: instantText(this.#clock()),
    }));
    await this.#store.insertRows(OFFSETS_TABLE, rows);
  }
}

/** How far the archive holds each partition of a topic without a gap; partitions of which nothing is archived are missing. */
export async function archivedUpTo(
  store: OfflineStore,
  source: Pick<EventSource, 'table'>,
  epoch: number,
): Promise<ArchivedPartition[]> {
  const rows = await store.rows<{ partition: number; first: string; end: string; from: string; to: string }>(
    ARCHIVED_UP_TO_SQL,
    { archive: source.table, epoch },
  );
  return rows.map((row) => ({
    partition: row.partition,
    first: Number(row.first),
    end: Number(row.end),
    last: { from: Number(row.from), to: Number(row.to) },
  }));
}

/**
 * By partition: an instant (of a writer's clock, ms) before which its record at `beginning`, the first offset of a topic, had been
 * archived. Partitions whose first records were never archived are missing.
 */
export async function archivedBeginnings(
  store: OfflineStore,
  source: Pick<EventSource, 'table'>,
  epoch: number,
  beginning = 0,
): Promise<ReadonlyMap<number, number>> {
  const rows = await store.rows<{ partition: number; archived: number }>(
    `SELECT partition, toFloat64(toUnixTimestamp64Milli(min(at))) AS archived
     FROM ${OFFSETS_TABLE} WHERE archive = {archive:String} AND epoch = {epoch:UInt16} AND from_offset = {beginning:UInt64} AND to_offset > {beginning:UInt64}
     GROUP BY partition`,
    { archive: source.table, epoch, beginning },
  );
  return new Map(rows.map(({ partition, archived }) => [partition, archived]));
}

/**
 * Records that nothing is to come between what the archive holds of a partition and where its topic, which was made anew, begins: the
 * old one is gone. Resolves with the partitions that ended before that, by where they ended.
 */
export async function closeEarlierEpochs(
  store: OfflineStore,
  source: Pick<EventSource, 'table'>,
  epoch: number,
  { beginningOf, nowMs }: { readonly beginningOf: (partition: number) => number; readonly nowMs: number },
): Promise<ReadonlyMap<number, number>> {
  const open = (await archivedUpTo(store, source, epoch)).filter(
    ({ partition, last }) => last.to < beginningOf(partition),
  );
  const rows = open.map(({ partition, last }) => ({
    archive: source.table,
    epoch,
    partition,
    from_offset: last.to,
    to_offset: beginningOf(partition),
    at: instantText(nowMs),
  }));
  if (rows.length > 0) await store.insertRows(OFFSETS_TABLE, rows);
  return new Map(open.map(({ partition, last }) => [partition, last.to]));
}

/**
 * When the first archived event at or after an offset became known; null: there is none. Everything before that offset had
 * happened by then, or lay no further in the future than the source allows. Reads two columns of the whole archive.
 */
export async function knownFrom(
  store: OfflineStore,
  source: Pick<EventSource, 'table' | 'rekey'>,
  { partition, offset }: { readonly partition: number; readonly offset: number },
): Promise<number | null> {
  const position = readPositionOf(source);
  const [row] = await store.rows<{ events: number; known: number }>(
    `SELECT toFloat64(count()) AS events, toFloat64(toUnixTimestamp64Milli(min(${POSITION_COLUMNS.knownAt}))) AS known
     FROM ${quoteName(source.table)} WHERE ${position.log} = {log:UInt16} AND ${position.offset} >= {offset:UInt64}`,
    { log: FIRST_PARTITION_LOG + partition, offset },
  );
  return row === undefined || row.events === 0 ? null : row.known;
}

/**
 * By partition of the topic that a partition of the internal topic was copied from: the last original whose copy was archived from
 * before an offset. Where the archive holds all before it, every copy of these and of earlier ones that comes from there on is one too
 * many. Reads four columns of the whole archive.
 */
export async function archivedOrigins(
  store: OfflineStore,
  source: Pick<EventSource, 'table' | 'rekey'>,
  { partition, offset }: { readonly partition: number; readonly offset: number },
): Promise<ReadonlyMap<number, number>> {
  const rows = await store.rows<{ origin: number; last: number }>(
    `SELECT toUInt32(${POSITION_COLUMNS.log} - ${FIRST_PARTITION_LOG}) AS origin, toFloat64(max(${POSITION_COLUMNS.offset})) AS last
     FROM ${quoteName(source.table)}
     WHERE ${READ_COLUMNS.log} = {log:UInt16} AND ${READ_COLUMNS.offset} < {offset:UInt64} AND ${POSITION_COLUMNS.log} >= ${FIRST_PARTITION_LOG}
     GROUP BY origin`,
    { log: FIRST_PARTITION_LOG + partition, offset },
  );
  return new Map(rows.map(({ origin, last }) => [origin, last]));
}

/** `reached` is the furthest offset before a range; a range that begins beyond it opens a gap, and the first gap ends `end`. */
const ARCHIVED_UP_TO_SQL = `
  SELECT partition, toString(min(from_offset)) AS first,
    toString(if(countIf(from_offset > reached) = 0, max(to_offset), minIf(reached, from_offset > reached))) AS end,
    toString(if(countIf(from_offset > reached) = 0, min(from_offset), maxIf(from_offset, from_offset > reached))) AS from,
    toString(max(to_offset)) AS to
  FROM (
    SELECT partition, from_offset, to_offset,
      ifNull(max(toNullable(to_offset)) OVER (PARTITION BY partition ORDER BY from_offset, to_offset
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), from_offset) AS reached
    FROM ${OFFSETS_TABLE} WHERE archive = {archive:String} AND epoch = {epoch:UInt16}
  )
  GROUP BY partition ORDER BY partition`;
