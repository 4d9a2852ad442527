/** Where a backfill has staged events, as statements name it. */
import type { EventSource } from '@forebay/definitions';
import { CLICKHOUSE_TYPES } from './column-types';

export const STAGED_PREFIX = '_forebay_backfill_';
/** Which slices of a run are staged. */
export const SLICES_TABLE = `${STAGED_PREFIX}slices`;

/** A slice that is staged again replaces what it has written before. */
export const STAGED_STATEMENTS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS ${SLICES_TABLE} (run String, slice UInt32, events UInt64, at ${CLICKHOUSE_TYPES.timestamp})
    ENGINE = ReplacingMergeTree(at) ORDER BY (run, slice) TTL toDateTime(at) + INTERVAL 30 DAY`,
];

/** Columns beside the archive's own: whose entities, and which of their chunks. */
export const STAGED_COLUMNS = { entity: '_entity', chunk: '_chunk' } as const;

/** Where a view's events are in what is staged. */
export interface StagedView {
  readonly run: string;
  /** Number of the list of key fields, from 0. */
  readonly entity: number;
}

export function stagedTable(run: string): string {
  return `${STAGED_PREFIX}${run.replaceAll('-', '')}`;
}

/** What a view reads instead of its source's archive. */
export function stagedSource(source: EventSource, { run }: StagedView): EventSource {
  return { ...source, table: stagedTable(run) };
}

/** The condition for a view's events of one chunk. */
export function stagedConditionSql({ entity }: StagedView): string {
  return `t.${STAGED_COLUMNS.entity} = ${entity} AND t.${STAGED_COLUMNS.chunk} = {chunk:UInt32}`;
}
