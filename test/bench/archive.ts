/**
 * What an archived event takes on disk, and what reading costs, in the table that a source is given and in others: the flights of the
 * example as a stream would bring them, known up to an hour after they happened. ADR 0040 stands on it.
 */
import { resolve } from 'node:path';
import { compileView } from '@forebay/algebra';
import { loadProject } from '@forebay/cli';
import { DAY_MS, HOUR_MS } from '@forebay/contract';
import type { AggregationView, EventSource, Project } from '@forebay/definitions';
import { startLocalStack } from '@forebay/local-stack';
import {
  applyEventSource,
  archiveStatements,
  createMetaTables,
  loadHistory,
  type OfflineStore,
  openOfflineStore,
  quoteName,
  streamSegments,
} from '@forebay/offline-store';
import { type BenchCase, reportBench } from './report';
import { flightsFile } from './support/flight-events';
import { serverPid } from './support/flights-installation';
import { processCpuUs } from './support/process-cpu';

const DATABASE = 'archive_bench';
const LAST_DAY_MS = Date.UTC(2001, 5, 30);
const COMPLETE_UNTIL_MS = Date.UTC(2001, 6, 1);
const ROUNDS = 3;
const LOAD = 1;
/** Half of ClickHouse's own choice, and how much more CPU time reading may take for it. */
const MOST_BYTES = 0.6;

/** Another table in place of the archive's: its CREATE statement made of that one. */
const TABLES: Readonly<Record<string, (create: string) => string>> = {
  'as it is': (create) => create,
  'codecs of ClickHouse (LZ4)': (create) => create.replaceAll(/ CODEC\((?:\([^)]*\)|[^()])*\)/g, ''),
  'ZSTD(1) for all': (create) => create.replaceAll(/ CODEC\((?:\([^)]*\)|[^()])*\)/g, ' CODEC(ZSTD(1))'),
  'time first': (create) =>
    create.replace('ORDER BY (`origin`, `destination`, `time`', 'ORDER BY (`time`, `origin`, `destination`'),
  'no partitions': (create) => create.replace('PARTITION BY toYYYYMM(`time`)', ''),
};

interface Measured {
  readonly bytes: number;
  /** CPU time, s, of all batch lists of a view; of one airport's events; of those of two days. */
  readonly lists: number;
  readonly airport: number;
  readonly days: number;
}

const columnsOf = (source: EventSource) =>
  [...source.fields.map(({ name }) => quoteName(name)), '_log', '_offset', '_known_at', '_arrived_at'].join(
    ', ',
  );

/** The flights as loaded history, and from there as records of four partitions. */
async function fillFlights(store: OfflineStore, source: EventSource): Promise<void> {
  const loaded = { ...source, table: 'loaded' };
  await applyEventSource(store, loaded);
  await loadHistory(store, {
    source: loaded,
    file: await flightsFile(),
    format: 'Parquet',
    completeUntilMs: COMPLETE_UNTIL_MS,
    clock: Date.now,
    columns: { time: 'date' },
  });
  await store.command(
    `CREATE TABLE brought ENGINE = MergeTree ORDER BY tuple() AS
     SELECT * REPLACE (toUInt16(8192 + cityHash64(origin) % 4) AS _log, intDiv(rowNumberInAllBlocks(), 4) AS _offset,
       known AS _known_at, known + toIntervalMillisecond(cityHash64(_offset, 2) % 400) AS _arrived_at)
     FROM (SELECT *, time + toIntervalMillisecond(cityHash64(_offset) % ${HOUR_MS}) AS known FROM loaded ORDER BY time)
     SETTINGS max_threads = 1`,
  );
}

async function measure(
  store: OfflineStore,
  pid: number,
  source: EventSource,
  view: AggregationView,
): Promise<Measured> {
  const table = quoteName(source.table);
  const [size] = await store.rows<{ bytes: number }>(
    `SELECT toFloat64(sum(data_compressed_bytes)) / sum(rows) AS bytes FROM system.parts
     WHERE database = currentDatabase() AND table = {table:String} AND active`,
    { table: source.table },
  );
  const sum = `SELECT sum(cityHash64(${columnsOf(source)})) AS s FROM ${table} FINAL`;
  return {
    bytes: size?.bytes ?? Number.NaN,
    lists: await cpuSeconds(pid, async () => {
      const layout = compileView(view, source);
      const run = { qMs: LAST_DAY_MS + HOUR_MS, cutMs: LAST_DAY_MS, finishedLoads: [LOAD] };
      for await (const _ of streamSegments(store, layout, run, { chunk: 0, chunks: 1 }));
    }),
    airport: await cpuSeconds(pid, () => store.rows(`${sum} WHERE origin = 'ORD'`)),
    days: await cpuSeconds(pid, () =>
      store.rows(`${sum} WHERE time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')`, {
        from: LAST_DAY_MS - DAY_MS,
      }),
    ),
  };
}

/** The median of some rounds, after one that warms up. */
async function cpuSeconds(pid: number, read: () => Promise<unknown>): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const before = processCpuUs(pid);
    await read();
    if (round > 0) rounds.push((processCpuUs(pid) - before) / 1e6);
  }
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1] as number;
}

async function makeTable(store: OfflineStore, source: EventSource, create: string): Promise<void> {
  await store.command(create);
  await store.command(
    `INSERT INTO ${quoteName(source.table)} (${columnsOf(source)}) SELECT ${columnsOf(source)} FROM brought`,
    {},
    { max_partitions_per_insert_block: '0' },
  );
  await store.command(`OPTIMIZE TABLE ${quoteName(source.table)} FINAL`);
}

async function casesOf(store: OfflineStore, pid: number, project: Project): Promise<BenchCase[]> {
  const source = project.eventSources[0] as EventSource;
  const view = project.aggregationViews.find(({ name }) => name === 'route_delays') as AggregationView;
  await fillFlights(store, source);
  const cases: BenchCase[] = [];
  const measured: Measured[] = [];
  for (const [i, [name, change]] of Object.entries(TABLES).entries()) {
    const other = { ...source, table: `archive_${i}` };
    await makeTable(
      store,
      other,
      change(archiveStatements(other, { cluster: null, database: DATABASE }).create),
    );
    const found = await measure(store, pid, other, view);
    measured.push(found);
    const one = (what: string, value: number, unit: string): BenchCase => ({
      case: `${name}: ${what}`,
      value,
      unit,
      target: null,
    });
    cases.push(
      one('an event', found.bytes, 'bytes'),
      one('all batch lists', found.lists, 'CPU s'),
      one("an airport's events", found.airport, 'CPU s'),
      one('two days', found.days, 'CPU s'),
    );
  }
  const [own, plain] = measured as [Measured, Measured];
  return [
    ...cases,
    {
      case: 'an event / with codecs of ClickHouse',
      ratio: own.bytes / plain.bytes,
      unit: '×',
      target: { atMost: MOST_BYTES },
    },
  ];
}

async function main(): Promise<void> {
  const stack = await startLocalStack({ homeDir: resolve('.forebay'), parts: ['clickhouse'] });
  try {
    const store = await openOfflineStore({ url: stack.clickhouseUrl, database: DATABASE });
    await createMetaTables(store);
    const project = await loadProject(resolve('examples/flights/features.ts'));
    const cases = await casesOf(store, serverPid(stack, 'clickhouse'), project);
    await store.close();
    reportBench('archive', cases);
  } finally {
    await stack.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
