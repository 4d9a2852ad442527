/** The files of the benchmark, made by DuckDB from the example's flights: events with two clocks, and rows to ask for. */
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { flightsFile } from '../support/flight-events';
import { sqlText } from './sql-text';

export interface Inputs {
  /** Columns `time`, `origin`, `delay`, `known_at`; in the order of time. */
  readonly events: string;
  /** Columns `origin`, `timestamp` and a label, by number of rows. */
  readonly rows: ReadonlyMap<number, string>;
}

/** Known up to an hour after the event, 1 % of them up to ten days. */
const KNOWN_AT = `time + to_milliseconds(CASE WHEN md5_number_lower('late' || file_row_number) % 100 = 0
  THEN md5_number_lower('delay' || file_row_number) % 864000000
  ELSE md5_number_lower('delay' || file_row_number) % 3600001 END)`;

/** The longest window, and the rest of a day. */
const BEFORE_ROWS_MS = 31 * 86_400_000;

/** An UBIGINT that is drawn by the number of the row. */
const digest = (what: string) => `md5_number_lower('${what}' || i)`;

/**
 * Rows are drawn like the events: the airport of an event drawn at random, at an instant drawn from the events' time after the
 * first 31 days. The draws are digests of the row's number, so every run and every version has the same rows.
 */
export async function makeInputs(
  duckdb: DuckDBConnection,
  directory: string,
  sizes: readonly number[],
): Promise<Inputs> {
  const events = join(directory, 'events.parquet');
  await duckdb.run(`COPY (
    SELECT time, origin, delay, ${KNOWN_AT} AS known_at
    FROM (SELECT date AS time, origin, delay::INTEGER AS delay, file_row_number
          FROM read_parquet(${sqlText(await flightsFile())}, file_row_number = true))
    ORDER BY file_row_number
  ) TO ${sqlText(events)} (FORMAT parquet)`);
  await duckdb.run(
    `CREATE TEMP TABLE drawn AS SELECT file_row_number AS id, origin FROM read_parquet(${sqlText(events)}, file_row_number = true)`,
  );
  const found = await duckdb.runAndReadAll(
    `SELECT epoch_ms(min(time)) + ${BEFORE_ROWS_MS} AS first, epoch_ms(max(time)) AS last, count(*) AS events FROM read_parquet(${sqlText(events)})`,
  );
  const { first, last, events: count } = found.getRowObjects()[0] as Record<string, bigint>;
  const rows = new Map<number, string>();
  for (const size of sizes) {
    const file = join(directory, `rows-${size}.parquet`);
    await duckdb.run(`COPY (
      SELECT origin, make_timestamp_ms(t) AS timestamp, i AS label
      FROM (SELECT i, ${digest('event')} % ${count} AS id, ${first} + (${digest('time')} % ${(last as bigint) - (first as bigint)})::BIGINT AS t
            FROM range(${size}) AS numbers(i)) AS draws
      JOIN (SELECT id::UBIGINT AS id, origin FROM drawn) USING (id)
      ORDER BY i
    ) TO ${sqlText(file)} (FORMAT parquet)`);
    rows.set(size, file);
  }
  await duckdb.run('DROP TABLE drawn');
  return { events, rows };
}
