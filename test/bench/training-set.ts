/**
 * What a training set costs: 12 features over 3 million flights, for rows drawn like the flights, against the best SQL we know for
 * the same values in DuckDB. CPU time of all processes, from a Parquet file of rows to one with the features beside them; events are
 * in each engine's own table before. Values of both are compared, all of them.
 *
 * `--rows N`: instead, the memory of the process that folds, with N rows and with a fifth of them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { startLocalStack } from '@forebay/local-stack';
import { type BenchCase, reportBench } from './report';
import { serverPid } from './support/flights-installation';
import { loadEvents } from './training/archive';
import { makeInputs } from './training/inputs';
import { measureMemory, measureSides, type TrainingBench } from './training/measure';
import { costCases, memoryCases } from './training/report-cases';

const SIZES = [100_000, 1_000_000];
/** Of rows to compare memory with. */
const SHARE = 5;
const DEFAULT_ROUNDS = 5;
const DATABASE = 'training_bench';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rows: { type: 'string' }, rounds: { type: 'string' } } });
  const most = values.rows === undefined ? null : Number(values.rows);
  const sizes = most === null ? SIZES : [Math.ceil(most / SHARE), most];
  const rounds = values.rounds === undefined ? DEFAULT_ROUNDS : Number(values.rounds);
  const directory = await mkdtemp(join(tmpdir(), 'forebay-training-'));
  const stack = await startLocalStack({ homeDir: resolve(process.cwd(), '.forebay'), parts: ['clickhouse'] });
  try {
    const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
    const inputs = await makeInputs(duckdb, directory, sizes);
    const server = { url: stack.clickhouseUrl, database: DATABASE, pid: serverPid(stack, 'clickhouse') };
    await loadEvents(server, inputs.events);
    const bench: TrainingBench = { duckdb, directory, inputs, server };
    reportBench('training-set', most === null ? await costs(bench, rounds) : await memory(bench, sizes));
  } finally {
    await stack.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function costs(bench: TrainingBench, rounds: number): Promise<BenchCase[]> {
  const cases: BenchCase[] = [];
  for (const size of SIZES) cases.push(...costCases(await measureSides(bench, size, rounds)));
  return cases;
}

async function memory(bench: TrainingBench, sizes: readonly number[]): Promise<BenchCase[]> {
  const measured: { size: number; peakMb: number; wallS: number }[] = [];
  for (const size of sizes) {
    const { peakMb, wallS } = await measureMemory(bench, size);
    measured.push({ size, peakMb, wallS });
  }
  return memoryCases(measured);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
