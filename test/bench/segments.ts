/**
 * How fast ClickHouse turns archived events into batch lists, and how fast those arrive here: per second of CPU time, of the
 * server and of this process together. A few entities with many events each show what an event costs, many entities with few
 * events what a value costs.
 */
import { resolve } from 'node:path';
import type { ViewLayout } from '@forebay/algebra';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type { EventSource } from '@forebay/definitions';
import { type LocalStack, startLocalStack } from '@forebay/local-stack';
import {
  applyEventSource,
  createMetaTables,
  type OfflineStore,
  openOfflineStore,
  streamSegments,
} from '@forebay/offline-store';
import { type BenchCase, reportBench } from './report';
import { layoutOf, numericShapes, orders, type Shape } from './support/engine-view';
import { serverPid } from './support/flights-installation';
import { processCpuUs } from './support/process-cpu';

const EVENTS = 3_000_000;
const FEW_ENTITIES = 1_000;
const MANY_ENTITIES = 300_000;
const CUT_MS = Date.UTC(2026, 4, 9, 12);
const SPAN_DAYS = 90;
const LOAD = 1;
const ROUNDS = 3;
const SECOND_US = 1_000_000;
const TARGETS = {
  numbers: { eventsPerSecond: 2_000_000, valuesPerSecond: 120_000 },
  states: { eventsPerSecond: 500_000, valuesPerSecond: 40_000 },
} as const;

const stateShapes: readonly Shape[] = [
  { operation: 'distinct_count', input: 'product', type: 'int64', parameters: { exact: 256 } },
  { operation: 'quantile', input: 'amount', type: 'double', parameters: { q: 0.9 } },
  { operation: 'count_by', input: 'shop', type: 'string', parameters: { max_keys: 1_024 } },
];

const SHAPES = { numbers: numericShapes, states: stateShapes } as const satisfies Record<
  keyof typeof TARGETS,
  unknown
>;

/** Every entity has as many events as another, spread evenly over three months before the cut. */
async function archiveEvents(store: OfflineStore, source: EventSource, entities: number): Promise<void> {
  await applyEventSource(store, source);
  const parameters = {
    events: EVENTS,
    entities,
    load: LOAD,
    from: CUT_MS - SPAN_DAYS * DAY_MS,
    span: SPAN_DAYS * DAY_MS,
  };
  await store.command(
    `INSERT INTO ${source.table} (at, user, items, amount, shop, product, _log, _offset, _known_at, _arrived_at)
     SELECT fromUnixTimestamp64Milli({from:Int64} + toInt64(cityHash64(number, 1) % {span:UInt64}), 'UTC') AS at,
       concat('user-', toString(number % {entities:UInt64})), toInt32(cityHash64(number, 2) % 40) - 5,
       round(100 * pow(cityHash64(number, 3) / 18446744073709551616., 3), 2),
       concat('shop-', toString(cityHash64(number, 4) % 50)), cityHash64(number, 5) % 5000,
       {load:UInt16}, number, at, at
     FROM numbers({events:UInt64})`,
    parameters,
    { max_partitions_per_insert_block: '0' },
  );
  // as an archive is after a while
  await store.command(`OPTIMIZE TABLE ${source.table} FINAL`);
}

/** CPU time, µs, and how many values came. */
async function compute(store: OfflineStore, layout: ViewLayout, clickhouse: number) {
  const run = { qMs: CUT_MS + HOUR_MS + 10 * MINUTE_MS, cutMs: CUT_MS, finishedLoads: [LOAD] };
  const before = { server: processCpuUs(clickhouse), own: process.cpuUsage() };
  let values = 0;
  let bytes = 0;
  for await (const batch of streamSegments(store, layout, run, { chunk: 0, chunks: 1 })) {
    values += batch.values.length;
    for (const value of batch.values) bytes += value.length;
  }
  const { user, system } = process.cpuUsage(before.own);
  const serverUs = processCpuUs(clickhouse) - before.server;
  return { values, bytes, serverUs, ownUs: user + system };
}

type Computed = Awaited<ReturnType<typeof compute>>;

/** Of some rounds, after one that warms up, the one in the middle by its CPU time. */
async function medianOf(run: () => Promise<Computed>): Promise<Computed> {
  await run();
  const rounds: Computed[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await run());
  return rounds.sort((a, b) => a.serverUs + a.ownUs - (b.serverUs + b.ownUs))[ROUNDS >> 1] as Computed;
}

async function casesOf(
  store: OfflineStore,
  clickhouse: number,
  kind: keyof typeof TARGETS,
): Promise<BenchCase[]> {
  const { eventsPerSecond, valuesPerSecond } = TARGETS[kind];
  const measure = async (source: EventSource, entities: number) => {
    const layout = layoutOf(SHAPES[kind], undefined, source);
    const computed = await medianOf(() => compute(store, layout, clickhouse));
    if (computed.values !== entities)
      throw new Error(`${computed.values} values came of ${entities} entities`);
    return { ...computed, seconds: (computed.serverUs + computed.ownUs) / SECOND_US };
  };
  const few = await measure(FEW, FEW_ENTITIES);
  const many = await measure(MANY, MANY_ENTITIES);
  return [
    {
      case: `${kind}: events`,
      value: EVENTS / few.seconds,
      unit: 'events/s and core',
      target: { atLeast: eventsPerSecond },
    },
    {
      case: `${kind}: values`,
      value: many.values / many.seconds,
      unit: 'values/s and core',
      target: { atLeast: valuesPerSecond },
    },
    {
      case: `${kind}: a value of ${EVENTS / MANY_ENTITIES} events`,
      value: many.bytes / many.values,
      unit: 'bytes',
      target: null,
    },
    {
      case: `${kind}: of it in this process`,
      value: many.ownUs / many.values,
      unit: 'µs/value',
      target: null,
    },
  ];
}

/** An archive in the order of its entity (docs/DEFINITIONS.md, `archiveOrder`): all events of one lie together. */
const FEW: EventSource = { ...orders, name: 'few', table: 'few_entities', archiveOrder: ['user'] };
const MANY: EventSource = { ...FEW, id: 2, name: 'many', table: 'many_entities' };

async function withStack(work: (stack: LocalStack) => Promise<void>): Promise<void> {
  const stack = await startLocalStack({ homeDir: resolve(process.cwd(), '.forebay'), parts: ['clickhouse'] });
  try {
    await work(stack);
  } finally {
    await stack.stop();
  }
}

async function main(): Promise<void> {
  await withStack(async (stack) => {
    const store = await openOfflineStore({ url: stack.clickhouseUrl, database: 'default' });
    await createMetaTables(store);
    await archiveEvents(store, FEW, FEW_ENTITIES);
    await archiveEvents(store, MANY, MANY_ENTITIES);
    const pid = serverPid(stack, 'clickhouse');
    const cases = [...(await casesOf(store, pid, 'numbers')), ...(await casesOf(store, pid, 'states'))];
    await store.close();
    reportBench('segments', cases);
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
