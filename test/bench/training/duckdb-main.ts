/** DuckDB with the events in a table, in a process of its own. Arguments: the file of events. */
import { DuckDBInstance } from '@duckdb/node-api';
import { serveJobs } from './job-process';
import { REFERENCES, type ReferenceName } from './reference-sql';
import { sqlText } from './sql-text';

export interface DuckDbJob {
  readonly reference: ReferenceName;
  readonly rows: string;
  readonly out: string;
}

async function main(events: string): Promise<void> {
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  // the order that serves its statements best, and times as integers
  await duckdb.run(
    `CREATE TABLE events AS SELECT origin, epoch_ms(time) AS t, delay AS d FROM read_parquet(${sqlText(events)}) ORDER BY origin, t`,
  );
  serveJobs(async ({ reference, rows, out }: DuckDbJob): Promise<void> => {
    const select = REFERENCES[reference](`read_parquet(${sqlText(rows)})`);
    await duckdb.run(`COPY (${select}) TO ${sqlText(out)} (FORMAT parquet, COMPRESSION snappy)`);
  });
}

void main(process.argv[2] as string);
