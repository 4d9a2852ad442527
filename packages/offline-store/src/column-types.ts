import type { ScalarType } from '@forebay/definitions';

/** The ClickHouse type of each scalar type, without `Nullable`. Instants are milliseconds, UTC. */
export const CLICKHOUSE_TYPES = {
  bool: 'Bool',
  int32: 'Int32',
  int64: 'Int64',
  double: 'Float64',
  string: 'String',
  timestamp: "DateTime64(3, 'UTC')",
} as const satisfies Record<ScalarType, string>;

/** The instants that a DateTime64(3) column can hold: from 1900-01-01 to before 2300-01-01, in ms since the epoch. */
export const ARCHIVE_TIME_RANGE_MS = { from: Date.UTC(1900, 0, 1), to: Date.UTC(2300, 0, 1) } as const;

/** An instant as ClickHouse reads it in JSON and CSV: `2001-05-01 12:00:00.000`, UTC. */
export function instantText(instantMs: number): string {
  return new Date(instantMs).toISOString().replace('T', ' ').slice(0, -1);
}
