/**
 * What serving costs: its CPU time per request as a ratio to a gRPC server that answers with as many bytes from memory, latencies
 * at half of saturation, and memory of an entity. `--rounds N` (default 9), `--only TEXT` (cases whose names hold it, and nothing
 * else; `telemetry`: what metrics and traces cost), `--profile FILE` (a CPU profile of the serving process).
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BenchCase, reportBench, type Target } from './report';
import {
  CASES,
  CONNECTIONS,
  IN_FLIGHT,
  openCase,
  pairOf,
  type ServingCase,
  SHOWN_CASES,
  SHOWN_WITH,
} from './serving/cases';
import { bytesOfWideEntity, type ServingInstallation, withServing } from './serving/installation';
import { interleaved, type PairTimes, refusedIn } from './serving/interleaved';
import { openLoop, type Percentiles } from './serving/open-loop';
import { costOfTelemetry } from './serving/telemetry';

const DEFAULT_ROUNDS = '9';
const OPEN_LOOP_CASE = '1 × 50 windowed, typical';
const MAX_P99_RATIO = 2;
/** The layout of a hash with a field for each feature takes 5,208. */
const MAX_BYTES_OF_250_DOUBLES = 2_700;

function costOf(name: string, times: PairTimes, target: Target | null): BenchCase {
  const spread = `${times.lowest.toFixed(2)} to ${times.highest.toFixed(2)}`;
  const us = `${times.ceilingUs.toFixed(1)} / ${times.oursUs.toFixed(1)} µs`;
  return { case: name, ratio: times.ratio, unit: `of the ceiling (${spread}); ${us}`, target };
}

function latenciesOf({ ours, ceiling, refused }: Awaited<ReturnType<typeof openLoop>>): BenchCase[] {
  const row = (name: keyof Percentiles, text: string, target: Target | null): BenchCase => ({
    case: `open loop at half of saturation: ${text}`,
    ratio: ours[name] / ceiling[name],
    unit: `× the ceiling; ${Math.round(ours[name])} / ${Math.round(ceiling[name])} µs`,
    target,
  });
  return [
    row('p50', 'p50', null),
    row('p99', 'p99', { atMost: MAX_P99_RATIO }),
    row('p999', 'p99.9', null),
    { case: 'open loop: refused', value: refused, unit: 'calls', target: { atMost: 0 } },
  ];
}

async function costs(
  installation: ServingInstallation,
  wanted: readonly ServingCase[],
  rounds: number,
): Promise<{ readonly report: BenchCase[]; readonly times: ReadonlyMap<string, PairTimes> }> {
  const report: BenchCase[] = [];
  for (const each of wanted) {
    const bytes = await openCase(installation, each, CONNECTIONS);
    report.push({ case: `${each.name}: answer`, value: bytes, unit: 'bytes', target: null });
  }
  const pairs = wanted.map(({ name }) => pairOf(name, CONNECTIONS, IN_FLIGHT));
  const times = await interleaved(installation.client, installation.processes, pairs, rounds);
  for (const { name, atLeast } of wanted)
    report.push(costOf(name, times.get(name) as PairTimes, { atLeast }));
  report.push(refusedIn(`${CONNECTIONS} × ${IN_FLIGHT}`, times.values()));
  return { report, times };
}

/** With other numbers of connections and calls in flight: fewer answers share a turn of the event loop, or more do. */
async function otherConcurrencies(installation: ServingInstallation, rounds: number): Promise<BenchCase[]> {
  const shown = CASES.filter(({ name }) => SHOWN_CASES.includes(name));
  const pairs = [];
  for (const { connections, inFlight } of SHOWN_WITH) {
    for (const each of shown) {
      if (connections !== CONNECTIONS) await openCase(installation, each, connections);
      const pair = pairOf(each.name, connections, inFlight);
      pairs.push({ ...pair, name: `${each.name}, ${connections} × ${inFlight}` });
    }
  }
  const times = await interleaved(installation.client, installation.processes, pairs, rounds);
  const rows = pairs.map(({ name }) => costOf(name, times.get(name) as PairTimes, null));
  return [...rows, refusedIn('other concurrencies', times.values())];
}

/** `--cpu-prof` may not stand in NODE_OPTIONS. */
function profiled(file: string): Record<string, string> {
  const preload = join(__dirname, 'serving/profile-preload.js');
  return { NODE_OPTIONS: `--require ${preload}`, BENCH_PROFILE: file };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: DEFAULT_ROUNDS },
      only: { type: 'string', default: '' },
      profile: { type: 'string', default: '' },
    },
  });
  const rounds = Number(values.rounds);
  const wanted = CASES.filter(({ name }) => name.includes(values.only));
  const environment = values.profile === '' ? {} : profiled(resolve(values.profile));
  if (values.only === 'telemetry') {
    await withServing({}, async (installation) =>
      reportBench('serving', await costOfTelemetry(installation, rounds)),
    );
    return;
  }
  await withServing({ environment }, async (installation) => {
    const { report, times } = await costs(installation, wanted, rounds);
    if (values.only === '') {
      const rate = (times.get(OPEN_LOOP_CASE) as PairTimes).callsPerSecond / 2;
      const pair = pairOf(OPEN_LOOP_CASE, CONNECTIONS, IN_FLIGHT);
      report.push(...(await otherConcurrencies(installation, rounds)));
      report.push({ case: 'open loop: calls', value: rate, unit: 'calls/s', target: null });
      report.push(...latenciesOf(await openLoop(installation.client, rate, pair)));
      report.push({
        case: 'Redis memory of an entity with 250 doubles in 3 views',
        value: await bytesOfWideEntity(installation.redis),
        unit: 'bytes',
        target: { atMost: MAX_BYTES_OF_250_DOUBLES },
      });
      const { typical, busy } = installation.windowed;
      for (const [name, { segments, batchBytes, streamBytes }] of Object.entries({ typical, busy })) {
        const unit = `segments; ${Math.round(batchBytes)} bytes of batch, ${Math.round(streamBytes)} of stream`;
        report.push({ case: `windowed, ${name}`, value: segments, unit, target: null });
      }
      // last: it starts more services, and latencies are of one
      report.push(...(await costOfTelemetry(installation, rounds)));
    }
    reportBench('serving', report);
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
