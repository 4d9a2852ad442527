/** Both sides at work on the same rows, in turns; what it cost them, and that their values are equal. */
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { endChild, startChild } from '../support/child';
import type { Server } from './archive';
import { CLOCKS, type ClockCount } from './definitions';
import type { DuckDbJob } from './duckdb-main';
import { checkEqual } from './equal-values';
import type { ForebayDone, ForebayJob } from './forebay-main';
import type { Inputs } from './inputs';
import { askJob, type Cost, serverCpuS } from './job-process';
import { naive, REFERENCES, type ReferenceName } from './reference-sql';
import { sqlText } from './sql-text';

export interface TrainingBench {
  /** Of the benchmark itself: makes files and compares them. */
  readonly duckdb: DuckDBConnection;
  readonly directory: string;
  readonly inputs: Inputs;
  readonly server: Server;
}

/** `cost`: of the process that folds, its memory too. */
export interface Made extends ForebayDone {
  readonly cost: Cost;
  readonly serverS: number;
}

export interface Measured {
  readonly size: number;
  /** Of the rounds that count, by reference and by clocks. */
  readonly duckdb: Readonly<Record<ReferenceName, readonly Cost[]>>;
  readonly forebay: Readonly<Record<ClockCount, readonly Made[]>>;
  /** How many values were compared with those of another computation. */
  readonly compared: number;
}

/** Of the first rows the values are compared with those of the definition, too. */
const NAIVE_ROWS = 200;
const REFERENCE_NAMES = Object.keys(REFERENCES) as ReferenceName[];

/** Throws if any value differs. The first round warms up. */
export async function measureSides(bench: TrainingBench, size: number, rounds: number): Promise<Measured> {
  const rows = bench.inputs.rows.get(size) as string;
  const outOf = (maker: string) => join(bench.directory, `out-${maker.replace(' ', '-')}-${size}.parquet`);
  const duckdb: Record<ReferenceName, Cost[]> = { 'hour grid': [], tiles: [] };
  const forebay: Record<ClockCount, Made[]> = { one: [], two: [] };
  const reference = await startChild<'ready'>('../training/duckdb-main', [bench.inputs.events]);
  const worker = await startForebay(bench.server);
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const name of REFERENCE_NAMES) {
        const job: DuckDbJob = { reference: name, rows, out: outOf(name) };
        const { cost } = await askJob<DuckDbJob, null>(reference.child, job);
        if (round > 0) duckdb[name].push(cost);
      }
      for (const clocks of CLOCKS) {
        const made = await worker.make({ clocks, rows, out: outOf(clocks) });
        if (round > 0) forebay[clocks].push(made);
      }
    }
  } finally {
    await Promise.all([endChild(reference.child), worker.end()]);
  }
  let compared = 0;
  for (const name of REFERENCE_NAMES)
    compared += await checkEqual(bench.duckdb, outOf('one'), outOf(name), size);
  for (const clocks of CLOCKS) compared += await checkNaive(bench, rows, clocks, outOf(clocks));
  return { size, duckdb, forebay, compared };
}

/** What the process that folds takes, its memory above all: of a new process for each size. */
export async function measureMemory(bench: TrainingBench, size: number): Promise<Cost> {
  const rows = bench.inputs.rows.get(size) as string;
  const worker = await startForebay(bench.server);
  try {
    const job: ForebayJob = { clocks: 'one', rows, out: join(bench.directory, `memory-${size}.parquet`) };
    return (await worker.make(job)).cost;
  } finally {
    await worker.end();
  }
}

async function startForebay({ url, database, pid }: Server) {
  const { child } = await startChild<'ready'>('../training/forebay-main', [url, database, String(pid)]);
  return {
    async make(job: ForebayJob): Promise<Made> {
      const from = serverCpuS(pid);
      const { done, cost } = await askJob<ForebayJob, ForebayDone>(child, job);
      return { ...done, cost, serverS: serverCpuS(pid) - from };
    },
    end: () => endChild(child),
  };
}

async function checkNaive(
  { duckdb, directory, inputs }: TrainingBench,
  rows: string,
  clocks: ClockCount,
  made: string,
): Promise<number> {
  const [sample, wanted] = [join(directory, 'sample.parquet'), join(directory, 'naive.parquet')];
  await duckdb.run(`CREATE TABLE IF NOT EXISTS events AS
    SELECT origin, epoch_ms(time) AS t, delay AS d, epoch_ms(known_at) AS k FROM read_parquet(${sqlText(inputs.events)})`);
  await duckdb.run(
    `COPY (SELECT * EXCLUDE file_row_number FROM read_parquet(${sqlText(rows)}, file_row_number = true)
      WHERE file_row_number < ${NAIVE_ROWS} ORDER BY file_row_number) TO ${sqlText(sample)} (FORMAT parquet)`,
  );
  const select = naive(`read_parquet(${sqlText(sample)})`, clocks);
  await duckdb.run(`COPY (${select}) TO ${sqlText(wanted)} (FORMAT parquet)`);
  return checkEqual(duckdb, made, wanted, NAIVE_ROWS);
}
