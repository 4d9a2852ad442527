/**
 * How fast a backlog is worked off: a million flights, produced beforehand, through Kafka, the stream service with its
 * archive, and Redis, all on this machine. Every event is real work: it lies in a held segment of both views.
 */
import { connect } from '@forebay/client';
import { archivedUpTo } from '@forebay/offline-store';
import { readCheckpoint } from '@forebay/online-store';
import { type BenchCase, reportBench } from './report';
import { endChild, startChild } from './support/child';
import { squeezedFlights } from './support/flight-events';
import { type FlightsInstallation, produce, serverPid, withFlights } from './support/flights-installation';
import { cpuOf, processCpuUs } from './support/process-cpu';
import { until } from './support/until';

const EVENTS = 1_000_000;
const TARGET_EVENTS_PER_SECOND = 40_000;
/** Within the stream's retention: every event goes into a held segment of both views. */
const SPAN_MS = 48 * 3_600_000;
const DEADLINE_MS = 120_000;
const POLL_MS = 10;
const ARCHIVE_POLL_MS = 100;
/** The line of the stream service that says that it begins to read. */
const READING = 'reading from the checkpoint';
const SECOND_MS = 1_000;

interface Replayed {
  /** From the start of reading until all is in the values, and in the archive. */
  readonly valuesMs: number;
  readonly archiveMs: number;
  readonly cpuUs: Readonly<Record<'stream' | 'redis' | 'kafka' | 'clickhouse', number>>;
}

async function produceBacklog({ servers, project }: FlightsInstallation): Promise<void> {
  const { topic } = project.eventSources[0]!;
  const now = Date.now();
  await produce(servers, await squeezedFlights(topic, EVENTS, now - SPAN_MS, now));
}

const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0);

async function replay(installation: FlightsInstallation): Promise<Replayed> {
  const { stack, servers, project, start } = installation;
  const source = project.eventSources[0]!;
  const [redis, offline] = await Promise.all([servers.redis(), servers.offline()]);
  let startedAt = Number.NaN;
  const pids = {
    redis: serverPid(stack, 'redis'),
    kafka: serverPid(stack, 'kafka'),
    clickhouse: serverPid(stack, 'clickhouse'),
  };
  let before = cpuOf(pids);
  const running = await start(['stream'], (line) => {
    if (!line.includes(READING) || !Number.isNaN(startedAt)) return;
    startedAt = performance.now();
    before = cpuOf(pids);
  });
  // reading begins about when the service says that it is ready; its start is no part of the replay
  const stream = running.services.stream!.pid;
  const streamBefore = processCpuUs(stream);
  const inValues = async () => sum((await readCheckpoint(redis, 0, source.id))?.offsets ?? []) === EVENTS;
  await until('the values', inValues, { everyMs: POLL_MS, deadlineMs: DEADLINE_MS });
  const valuesMs = performance.now() - startedAt;
  const inArchive = async () =>
    sum((await archivedUpTo(offline, source, 0)).map(({ end }) => end)) === EVENTS;
  await until('the archive', inArchive, { everyMs: ARCHIVE_POLL_MS, deadlineMs: DEADLINE_MS });
  const archiveMs = performance.now() - startedAt;
  const after = cpuOf({ ...pids, stream });
  await running.stop();
  return {
    valuesMs,
    archiveMs,
    cpuUs: {
      stream: after.stream - streamBefore,
      redis: after.redis - before.redis,
      kafka: after.kafka - before.kafka,
      clickhouse: after.clickhouse - before.clickhouse,
    },
  };
}

/** Throws unless the served counts of all airports, of all routes, and the archive's rows each add up to the events sent. */
async function check({ servers, start, project }: FlightsInstallation): Promise<void> {
  const offline = await servers.offline();
  const { table } = project.eventSources[0]!;
  const routes = await offline.rows<{ origin: string; destination: string; n: string }>(
    `SELECT origin, destination, toString(count()) AS n FROM ${table} GROUP BY origin, destination`,
    {},
  );
  const { ports, stop } = await start(['serving']);
  const client = connect({ address: `127.0.0.1:${ports.serving!.grpc}`, deadlineMs: 30_000 });
  const countAll = async (featureService: string, keys: Record<string, string[]>) => {
    const rows = Math.max(...Object.values(keys).map((values) => values.length));
    let counted = 0;
    for (let from = 0; from < rows; from += 500) {
      const some = Object.entries(keys).map(([name, values]) => [name, values.slice(from, from + 500)]);
      const answer = await client.getOnlineFeatures({
        project: 'flights',
        featureService,
        keys: Object.fromEntries(some),
      });
      for (const row of answer.rows) counted += row.departures_90d as number;
    }
    return counted;
  };
  const counts = {
    'the archive': sum(routes.map(({ n }) => Number(n))),
    'the airports': await countAll('airport_board', {
      airport: [...new Set(routes.map(({ origin }) => origin))],
    }),
    'the routes': await countAll('route_board', {
      origin: routes.map(({ origin }) => origin),
      destination: routes.map(({ destination }) => destination),
    }),
  };
  client.close();
  await stop();
  for (const [where, count] of Object.entries(counts)) {
    if (count !== EVENTS) throw new Error(`${where} count ${count} events, but ${EVENTS} were sent`);
  }
}

async function floorCpuUs({ stack, project }: FlightsInstallation): Promise<number> {
  const args = [stack.kafkaBrokers, project.eventSources[0]!.topic, String(EVENTS)];
  const { child, message } = await startChild<{ cpuUsPerEvent: number }>('floor-main', args);
  await endChild(child);
  return message.cpuUsPerEvent;
}

function casesOf({ valuesMs, archiveMs, cpuUs }: Replayed, floorUs: number): BenchCase[] {
  const rate = (ms: number) => (EVENTS / ms) * SECOND_MS;
  return [
    {
      case: 'events/s',
      value: rate(valuesMs),
      unit: 'events/s',
      target: { atLeast: TARGET_EVENTS_PER_SECOND },
    },
    { case: 'events/s, archive too', value: rate(archiveMs), unit: 'events/s', target: null },
    ...Object.entries(cpuUs).map(
      ([name, us]): BenchCase => ({
        case: `CPU of ${name}`,
        value: us / EVENTS,
        unit: 'µs/event',
        target: null,
      }),
    ),
    { case: 'CPU of the floor', value: floorUs, unit: 'µs/event', target: null },
    { case: 'stream / floor', ratio: cpuUs.stream / EVENTS / floorUs, unit: '× floor', target: null },
  ];
}

async function main(): Promise<void> {
  await withFlights(async (installation) => {
    await produceBacklog(installation);
    const replayed = await replay(installation);
    await check(installation);
    reportBench('replay', casesOf(replayed, await floorCpuUs(installation)));
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
