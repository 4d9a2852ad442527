/** Runs that write all values of a view, in turns with a bare loop that writes ready-made ones of the same sizes. */
import { type AggregationView, definitionName, type TableView } from '@forebay/definitions';
import { type BatchPart, PARTS, partPrefix, type RedisConnection } from '@forebay/online-store';
import type { BenchCase } from '../report';
import { endChild, startChild } from '../support/child';
import { serverPid } from '../support/flights-installation';
import { cpuOf, processCpuUs } from '../support/process-cpu';
import { peakMemoryBytes } from '../support/process-memory';
import { askJob } from '../training/job-process';
import type { BareDone, BareJob } from './bare-main';
import { clickHouseAlone } from './clickhouse-alone';
import { TABLE_VIEW, WINDOWED_VIEW } from './declared';
import type { BatchInstallation } from './installation';

const ROUNDS = 3;
const SAMPLE = 2_048;
const BUCKET = 0;
const LEAST_OF_BARE = 0.6;
/** Of fewer values most of a run is what any run takes. */
const TARGET_FROM_ENTITIES = 1_000_000;
const MOST_MEGABYTES = 300;
const MEGABYTE = 1_048_576;
const SECOND_MS = 1_000;

interface Round {
  readonly bareSeconds: number;
  /** Of the loop and of Redis, for all values. */
  readonly bareCpuUs: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly cpuUs: Readonly<Record<'clickhouse' | 'redis' | 'worker', number>>;
}

interface Written {
  readonly name: string;
  readonly viewId: number;
  readonly part: BatchPart | 'table';
}

export async function materializeCases(installation: BatchInstallation): Promise<BenchCase[]> {
  const { project } = installation;
  const [windowed] = project.aggregationViews.filter(({ name }) => name === WINDOWED_VIEW);
  const [table] = project.tableViews.filter(({ name }) => name === TABLE_VIEW);
  const cases = [
    ...(await casesOf(installation, 'windows', { ...named(windowed!), part: PARTS.batch })),
    ...(await casesOf(installation, 'table', { ...named(table!), part: 'table' })),
  ];
  const worker = await installation.worker();
  return [
    ...cases,
    {
      case: 'materialize: memory of the worker',
      value: peakMemoryBytes(worker.pid) / MEGABYTE,
      unit: 'MB',
      target: { atMost: MOST_MEGABYTES },
    },
  ];
}

const named = (view: AggregationView | TableView) => ({ name: definitionName(view), viewId: view.id });

async function casesOf(
  installation: BatchInstallation,
  what: string,
  written: Written,
): Promise<BenchCase[]> {
  const { entities } = installation.size;
  const rounds = await measure(installation, written);
  const [round] = rounds
    .toSorted((a, b) => a.seconds / a.bareSeconds - b.seconds / b.bareSeconds)
    .slice(ROUNDS >> 1);
  const { bareSeconds, bareCpuUs, seconds, bytes, cpuUs } = round as Round;
  const allCpuUs = Object.values(cpuUs).reduce((sum, us) => sum + us, 0);
  const alone = await clickHouseAlone(installation, written.name);
  if (alone.values !== entities)
    throw new Error(`ClickHouse made ${alone.values} values of ${entities} entities`);
  const name = `materialize ${what}`;
  return [
    {
      case: `${name}: of the rate of a bare loop`,
      ratio: bareSeconds / seconds,
      unit: '× bare',
      target: entities < TARGET_FROM_ENTITIES ? null : { atLeast: LEAST_OF_BARE },
    },
    { case: `${name}: values`, value: entities / seconds, unit: 'values/s', target: null },
    { case: `${name}: a bare loop`, value: entities / bareSeconds, unit: 'values/s', target: null },
    { case: `${name}: a key and its value`, value: bytes / entities, unit: 'bytes', target: null },
    {
      case: `${name}: CPU time, bare / run, of all processes`,
      ratio: bareCpuUs / allCpuUs,
      unit: '×',
      target: null,
    },
    { case: `${name}: ClickHouse's time alone`, value: alone.seconds, unit: 's', target: null },
    { case: `${name}: the whole run`, value: seconds, unit: 's', target: null },
    ...Object.entries(cpuUs).map(
      ([server, us]): BenchCase => ({
        case: `${name}: CPU of ${server}`,
        value: us / entities,
        unit: 'µs/value',
        target: null,
      }),
    ),
  ];
}

/** The first run fills Redis, and is not counted: all others replace what is there. */
async function measure(installation: BatchInstallation, written: Written): Promise<Round[]> {
  const { stack, servers, size } = installation;
  const redis = await servers.redis();
  const worker = await installation.worker();
  const pids = {
    clickhouse: serverPid(stack, 'clickhouse'),
    redis: serverPid(stack, 'redis'),
    worker: worker.pid,
  };
  await installation.materialize(written.name);
  const values = await sampleOf(redis, written);
  const { child } = await startChild('bare-main', [], __dirname);
  const rounds: Round[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const { viewId, part } = written;
      const job = { redisUrl: stack.redisUrl, viewId, part, entities: size.entities, values };
      const beforeBare = processCpuUs(pids.redis);
      const bare = await askJob<BareJob, BareDone>(child, { ...job, runClockMs: Date.now() });
      const before = cpuOf(pids);
      const from = performance.now();
      const result = await installation.materialize(written.name);
      const seconds = (performance.now() - from) / SECOND_MS;
      const after = cpuOf(pids);
      if (result.values_written !== size.entities)
        throw new Error(
          `${result.values_written} values of ${size.entities} entities were written: ${result.warnings.join('; ')}`,
        );
      rounds.push({
        bareSeconds: bare.done.seconds,
        bareCpuUs: bare.done.cpuUs + before.redis - beforeBare,
        seconds,
        bytes: bare.done.bytes,
        cpuUs: {
          clickhouse: after.clickhouse - before.clickhouse,
          redis: after.redis - before.redis,
          worker: after.worker - before.worker,
        },
      });
    }
  } finally {
    await endChild(child);
  }
  return rounds;
}

async function sampleOf({ client }: RedisConnection, { viewId, part }: Written): Promise<string[]> {
  const prefix = partPrefix(BUCKET, viewId, part === 'table' ? PARTS.table : part);
  const values: string[] = [];
  for (let cursor = '0'; values.length < SAMPLE; ) {
    const [next, keys] = await client.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', SAMPLE);
    const found = keys.length === 0 ? [] : await client.mgetBuffer(keys);
    values.push(...found.flatMap((value) => (value === null ? [] : [value.toString('base64')])));
    if (next === '0') break;
    cursor = next;
  }
  return values;
}
