import type { RowFormat } from '../request';

/** The formats as ClickHouse names them. */
export const CLICKHOUSE_FORMATS = {
  Parquet: 'Parquet',
  CSV: 'CSVWithNames',
  NDJSON: 'JSONEachRow',
  Arrow: 'Arrow',
} as const satisfies Record<RowFormat, string>;
