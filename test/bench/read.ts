/**
 * What a read costs: 25 windowed features of one airport, from batch and stream values, over gRPC on this machine. The
 * server's CPU time is compared with that of a gRPC server that answers with constant bytes of the same length.
 */
import { loadIntoSource, queueRuns, waitForRuns } from '@forebay/cli';
import {
  connect,
  type FeatureClient,
  type FeatureReference,
  type OnlineFeaturesRequest,
} from '@forebay/client';
import { encodeMessage } from '@forebay/contract';
import type { AggregationView } from '@forebay/definitions';
import { type BenchCase, reportBench } from './report';
import { endChild, startChild } from './support/child';
import { flightsFile, shiftedFlights } from './support/flight-events';
import { type FlightsInstallation, produce, withFlights } from './support/flights-installation';
import { processCpuUs } from './support/process-cpu';
import { RawClient } from './support/raw-client';
import { until } from './support/until';

const AIRPORT = 'ORD';
const FEATURES = 25;
const TARGET_P50_MS = 2;
const HOUR_MS = 3_600_000;
/** This instant of the file is now. */
const FILE_NOW_MS = Date.UTC(2001, 5, 30, 18);
const WARM_UP_READS = 2_000;
const READS = 5_000;
const CPU_ROUNDS = 5;
const CPU_CALLS = 4_000;
const CPU_IN_FLIGHT = 16;
const DEADLINE_MS = 60_000;
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
  const views = snapshot.projects[0]!.aggregationViews;
  const runs = await queueRuns(await servers.queue(), project, views, { cutMs: null, requestedBy: 'bench' });
  for (const run of await waitForRuns(runs, { timeoutMs: DEADLINE_MS })) {
    if (run.state === 'failed') throw new Error(`${run.view}: ${run.error}`);
  }
  await produce(servers, await shiftedFlights(source.topic, shiftMs, loadedUntilMs, now));
}

function request({ name: view, features }: AggregationView): OnlineFeaturesRequest {
  const windowed = features.filter(({ window }) => window.kind === 'sliding').slice(0, FEATURES);
  if (windowed.length < FEATURES)
    throw new Error(`view "${view}" has only ${windowed.length} windowed features`);
  const references = windowed.map(({ name }): FeatureReference => ({ view, feature: name }));
  return { project: 'flights', features: references, keys: { airport: [AIRPORT] } };
}

/** What was sent up to now is in the stream values, and every value is exact. */
async function isComplete(
  client: FeatureClient,
  wanted: OnlineFeaturesRequest,
  sentMs: number,
): Promise<boolean> {
  const { asOfMs, views, allPresent } = await client.getOnlineFeatures({
    ...wanted,
    includeViewTimes: true,
  });
  return (
    allPresent && views.every(({ freshnessMs }) => freshnessMs !== null && asOfMs - freshnessMs >= sentMs)
  );
}

/** Of reads one after the other, ascending, ms. */
async function latencies(client: FeatureClient, wanted: OnlineFeaturesRequest): Promise<number[]> {
  const times: number[] = [];
  for (let i = -WARM_UP_READS; i < READS; i++) {
    const from = performance.now();
    await client.getOnlineFeatures(wanted);
    if (i >= 0) times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b);
}

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;

/** CPU time per call of the feature server and of the constant one, µs: medians of interleaved rounds. */
async function cpuPerCall(serving: { address: string; pid: number }, wanted: OnlineFeaturesRequest) {
  const bytes = encodeMessage('GetOnlineFeaturesRequest', {
    project: wanted.project,
    features: { features: (wanted.features ?? []).map((reference) => ({ ...reference })) },
    keys: [{ join_key: 'airport', strings: [AIRPORT] }],
  });
  const features = new RawClient(serving.address, bytes);
  const { length } = await features.call();
  const constant = await startChild<{ port: number }>('constant-server-main', [String(length)]);
  const same = new RawClient(`127.0.0.1:${constant.message.port}`, bytes);
  const measure = async (client: RawClient, pid: number) => {
    const before = processCpuUs(pid);
    await client.calls(CPU_CALLS, CPU_IN_FLIGHT);
    return (processCpuUs(pid) - before) / CPU_CALLS;
  };
  const rounds: { features: number; constant: number }[] = [];
  // the first round warms up
  for (let round = 0; round <= CPU_ROUNDS; round++) {
    rounds.push({
      features: await measure(features, serving.pid),
      constant: await measure(same, constant.child.pid as number),
    });
  }
  features.close();
  same.close();
  await endChild(constant.child);
  rounds.shift();
  return {
    bytes: length,
    features: median(rounds.map((round) => round.features)),
    constant: median(rounds.map((round) => round.constant)),
    ratio: median(rounds.map((round) => round.features / round.constant)),
  };
}

async function main(): Promise<void> {
  await withFlights(async (installation) => {
    const running = await installation.start(['serving', 'stream', 'batch']);
    await fill(installation);
    const address = `127.0.0.1:${running.ports.serving!.grpc}`;
    const client = connect({ address });
    const wanted = request(installation.project.aggregationViews[0]!);
    const sentMs = Date.now();
    const complete = () => isComplete(client, wanted, sentMs);
    await until('the values', complete, { everyMs: POLL_MS, deadlineMs: DEADLINE_MS });
    const times = await latencies(client, wanted);
    client.close();
    const cpu = await cpuPerCall({ address, pid: running.services.serving!.pid }, wanted);
    const cases: BenchCase[] = [
      { case: 'p50', value: times[times.length >> 1]!, unit: 'ms', target: { atMost: TARGET_P50_MS } },
      { case: 'p99', value: times[Math.floor(times.length * 0.99)]!, unit: 'ms', target: null },
      { case: 'size of the answer', value: cpu.bytes, unit: 'bytes', target: null },
      { case: 'CPU of the server', value: cpu.features, unit: 'µs/request', target: null },
      { case: 'CPU of constant answers', value: cpu.constant, unit: 'µs/request', target: null },
      { case: 'server / constant', ratio: cpu.ratio, unit: '× constant', target: null },
    ];
    reportBench('read', cases);
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
