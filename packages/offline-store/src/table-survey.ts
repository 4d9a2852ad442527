/** What a table source holds for a tick, from its keys and times alone. */
import type { TableLayout } from '@forebay/algebra';
import type { OfflineStore } from './client';
import type { TableColumns } from './table-columns';
import { FIRST_TICK_SQL, keyTextSql, rawColumns, rowValues } from './table-rows-sql';

/** Of the rows that recent ticks were the first to see: how many, and the sum of the hashes of their keys and times. */
export interface TableDigest {
  readonly rows: number;
  readonly hash: bigint;
}

export interface TableSurvey {
  readonly rows: number;
  readonly withoutKey: number;
  readonly withoutTime: number;
  /** Rows that the tick sees, and those of them that still count (see `sinceMs`). */
  readonly seen: number;
  readonly counting: number;
  /** Rows that a tick after the base, up to the tick, is the first to see. */
  readonly changed: number;
  /** The smallest event time of a row that the tick does not see yet. */
  readonly nextEventTimeMs: number | null;
  readonly digest: TableDigest;
  /** Of the base tick, as the table is now; of nothing without a base. */
  readonly baseDigest: TableDigest;
}

export interface SurveyedTick {
  readonly tickMs: number;
  /** The tick since which changes are asked for; null: none. */
  readonly baseMs: number | null;
  readonly sinceMs: number | null;
  /** How far back digests look. */
  readonly digestMs: number;
}

type Row = Readonly<Record<'total' | 'no_key' | 'no_time' | 'seen' | 'counting' | 'changed', number>> & {
  readonly next: number | null;
  readonly rows: number;
  readonly hash: string;
  readonly base_rows: number;
  readonly base_hash: string;
};

/** Reads keys and times of the whole table once. */
export async function surveyTable(
  store: OfflineStore,
  layout: TableLayout,
  columns: TableColumns,
  { tickMs, baseMs, sinceMs, digestMs }: SurveyedTick,
): Promise<TableSurvey> {
  const { intervalMs, waitMs } = layout.view.schedule;
  const [row] = await store.rows<Row>(surveySql(layout, columns, baseMs, sinceMs), {
    tick: tickMs,
    interval: intervalMs,
    wait: waitMs,
    digest: digestMs,
    ...(baseMs === null ? {} : { base: baseMs }),
    ...(sinceMs === null ? {} : { since: sinceMs }),
  });
  const found = row as Row;
  return {
    rows: found.total,
    withoutKey: found.no_key,
    withoutTime: found.no_time,
    seen: found.seen,
    counting: found.counting,
    changed: found.changed,
    nextEventTimeMs: found.next,
    digest: { rows: found.rows, hash: BigInt(found.hash) },
    baseDigest: { rows: found.base_rows, hash: BigInt(found.base_hash) },
  };
}

function surveySql(
  layout: TableLayout,
  columns: TableColumns,
  baseMs: number | null,
  sinceMs: number | null,
): string {
  const raw = rawColumns(layout);
  const { eventTime, knownAt, keyValues } = rowValues(layout, columns, raw.column);
  const hasKey = keyValues.map((value) => `isNotNull(${value})`).join(' AND ');
  const texts = keyValues.map((value, i) => keyTextSql(layout, i, `assumeNotNull(${value})`));
  const ka = knownAt === null ? 'et' : `assumeNotNull(ifNull(${knownAt}, et))`;
  const count = (condition: string, name: string) => `toFloat64(countIf(${condition})) AS ${name}`;
  const digest = (until: string, prefix: string) => {
    const recent = `counts AND vf <= ${until} AND vf > ${until} - {digest:Int64}`;
    return [count(recent, `${prefix}rows`), `toString(sumIf(id, ${recent})) AS ${prefix}hash`];
  };
  const changed = baseMs === null ? '0' : 'counts AND vf > {base:Int64} AND vf <= {tick:Int64}';
  const counting =
    sinceMs === null
      ? 'counts AND vf <= {tick:Int64}'
      : 'counts AND vf <= {tick:Int64} AND et >= {since:Int64}';
  const selected = [
    'toFloat64(count()) AS total',
    count('NOT has_key', 'no_key'),
    count('NOT has_time', 'no_time'),
    count('counts AND vf <= {tick:Int64}', 'seen'),
    count(counting, 'counting'),
    count(changed, 'changed'),
    'if(countIf(counts AND vf > {tick:Int64}) = 0, NULL, toFloat64(minIf(et, counts AND vf > {tick:Int64}))) AS next',
    ...digest('{tick:Int64}', ''),
    ...(baseMs === null ? ['0. AS base_rows', "'0' AS base_hash"] : digest('{base:Int64}', 'base_')),
  ];
  return `
SELECT ${selected.join(',\n  ')}
FROM (
  SELECT ${hasKey} AS has_key, isNotNull(${eventTime}) AS has_time, has_key AND has_time AS counts,
    assumeNotNull(ifNull(${eventTime}, 0)) AS et, ${ka} AS ka, ${FIRST_TICK_SQL} AS vf,
    xxHash64(${[...texts, 'et', 'ka'].join(', ')}) AS id
  FROM ${raw.from}
)`;
}
