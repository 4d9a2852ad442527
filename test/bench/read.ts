/**
 * How long a read takes that a user makes: 25 windowed features of one airport, from batch and stream values, one read after
 * the other over gRPC on this machine; with nothing else to do, while the stream works off a backlog as fast as it can, and
 * while a batch run writes.
 */
import { loadIntoSource, queueRuns, type RunningServices, waitForRuns } from '@forebay/cli';
import {
  connect,
  type FeatureClient,
  type FeatureReference,
  type OnlineFeaturesRequest,
} from '@forebay/client';
import type { AggregationView } from '@forebay/definitions';
import { type BenchCase, reportBench } from './report';
import { flightsFile, shiftedFlights, squeezedFlights } from './support/flight-events';
import { type FlightsInstallation, produce, withFlights } from './support/flights-installation';
import { until } from './support/until';

const AIRPORT = 'ORD';
const FEATURES = 25;
const TARGET_P50_MS = 2;
const HOUR_MS = 3_600_000;
/** This instant of the file is now. */
const FILE_NOW_MS = Date.UTC(2001, 5, 30, 18);
const BACKLOG = 300_000;
const BACKLOG_SPAN_MS = 10 * 60_000;
const WARM_UP_READS = 2_000;
const QUIET_READS = 5_000;
const DEADLINE_MS = 120_000;
const POLL_MS = 20;

/** History in the archive and in batch values, the last two days in stream values. */
async function fill({ servers, snapshot, project }: FlightsInstallation): Promise<void> {
  const source = project.eventSources[0]!;
  const now = Date.now();
  const shiftMs = Math.floor((now - FILE_NOW_MS) / 60_000) * 60_000;
  const loadedUntilMs = Math.floor((now - 48 * HOUR_MS) / HOUR_MS) * HOUR_MS;
  await loadIntoSource(servers, project, source, {
    file: await flightsFile(),
    format: 'Parquet',
    columns: { time: 'date' },
    shiftMs,
    completeUntilMs: loadedUntilMs,
    clock: Date.now,
  });
  await materialize({ servers, snapshot, project });
  await produce(servers, await shiftedFlights(source.topic, shiftMs, loadedUntilMs, now));
}

async function materialize({
  servers,
  snapshot,
  project,
}: Pick<FlightsInstallation, 'servers' | 'snapshot' | 'project'>): Promise<void> {
  const views = snapshot.projects[0]!.aggregationViews;
  const runs = await queueRuns(await servers.queue(), project, views, { cutMs: null, requestedBy: 'bench' });
  for (const run of await waitForRuns(runs, { timeoutMs: DEADLINE_MS })) {
    if (run.state === 'failed') throw new Error(`${run.view}: ${run.error}`);
  }
}

function requestOf({ name: view, features }: AggregationView): OnlineFeaturesRequest {
  const windowed = features.filter(({ window }) => window.kind === 'sliding').slice(0, FEATURES);
  if (windowed.length < FEATURES)
    throw new Error(`view "${view}" has only ${windowed.length} windowed features`);
  const references = windowed.map(({ name }): FeatureReference => ({ view, feature: name }));
  return { project: 'flights', features: references, keys: { airport: [AIRPORT] } };
}

/** What was sent up to now is in the stream values, and every value is exact. */
async function isComplete(client: FeatureClient, wanted: OnlineFeaturesRequest, sentMs: number) {
  const answer = await client.getOnlineFeatures({ ...wanted, includeViewTimes: true });
  const { asOfMs, views, allPresent } = answer;
  return (
    allPresent && views.every(({ freshnessMs }) => freshnessMs !== null && asOfMs - freshnessMs >= sentMs)
  );
}

/** Of reads one after the other, until `isDone`; ascending, ms. */
async function latencies(
  read: () => Promise<unknown>,
  isDone: (reads: number) => boolean,
): Promise<number[]> {
  const times: number[] = [];
  while (!isDone(times.length)) {
    const from = performance.now();
    await read();
    times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b);
}

/** While `work` goes on. */
async function latenciesDuring(read: () => Promise<unknown>, work: Promise<void>): Promise<number[]> {
  let isDone = false;
  const watched = work.finally(() => {
    isDone = true;
  });
  const times = await latencies(read, () => isDone);
  await watched;
  return times;
}

function casesOf(name: string, times: readonly number[], p50AtMost: number | null): BenchCase[] {
  const at = (share: number) => times[Math.floor(share * (times.length - 1))] as number;
  const target = p50AtMost === null ? null : { atMost: p50AtMost };
  return [
    { case: `${name}: p50`, value: at(0.5), unit: `ms of ${times.length} reads`, target },
    { case: `${name}: p99`, value: at(0.99), unit: 'ms', target: null },
  ];
}

async function main(): Promise<void> {
  await withFlights(async (installation) => {
    const { servers, project, start } = installation;
    const running = await start(['serving', 'batch']);
    let stream: RunningServices = await start(['stream']);
    await fill(installation);
    const client = connect({ address: `127.0.0.1:${running.ports.serving!.grpc}` });
    const wanted = requestOf(project.aggregationViews[0]!);
    const read = () => client.getOnlineFeatures(wanted);
    const complete = (sentMs: number) =>
      until('the values', () => isComplete(client, wanted, sentMs), {
        everyMs: POLL_MS,
        deadlineMs: DEADLINE_MS,
      });
    await complete(Date.now());
    await latencies(read, (reads) => reads === WARM_UP_READS);
    const quiet = await latencies(read, (reads) => reads === QUIET_READS);

    await stream.stop();
    const now = Date.now();
    const { topic } = project.eventSources[0]!;
    await produce(servers, await squeezedFlights(topic, BACKLOG, now - BACKLOG_SPAN_MS, now));
    stream = await start(['stream']);
    const streaming = await latenciesDuring(read, complete(Date.now()));
    const materializing = await latenciesDuring(read, materialize(installation));
    client.close();
    reportBench('read', [
      ...casesOf('nothing else to do', quiet, TARGET_P50_MS),
      ...casesOf(`while the stream works off ${BACKLOG.toLocaleString('en-US')} events`, streaming, null),
      ...casesOf('while two views are materialized', materializing, null),
    ]);
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
