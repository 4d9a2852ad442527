/**
 * What serving costs: its CPU time per request as a ratio to a gRPC server that answers with as many bytes from memory, and
 * latencies at half of saturation. `--rounds N` (default 9), `--only TEXT` (cases whose names hold it), `--profile FILE` (a CPU
 * profile of the serving process).
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeMessage } from '@forebay/contract';
import { type BenchCase, reportBench, type Target } from './report';
import { PROJECT } from './serving/declared';
import {
  LATEST_ENTITIES,
  type ServingInstallation,
  WINDOWED_ENTITIES,
  withServing,
} from './serving/installation';
import { interleaved, type Pair, type PairTimes } from './serving/interleaved';
import type { LoadClient } from './serving/load-client';

const CONNECTIONS = 4;
const IN_FLIGHT = 8;
const DEFAULT_ROUNDS = '9';
const DIFFERENT_REQUESTS = 256;

interface ServingCase {
  readonly name: string;
  readonly service: 'latest' | 'windowed';
  readonly rows: number;
  /** Which entities: the first, and how many. */
  readonly entities: { readonly from: number; readonly count: number };
  readonly atLeast: number;
}

const TYPICAL = { from: 0, count: WINDOWED_ENTITIES };
const BUSY = { from: WINDOWED_ENTITIES, count: WINDOWED_ENTITIES };
const LATEST = { from: 0, count: LATEST_ENTITIES };

const CASES: readonly ServingCase[] = [
  { name: '1 × 50 latest', service: 'latest', rows: 1, entities: LATEST, atLeast: 0.92 },
  { name: '10 × 50 latest', service: 'latest', rows: 10, entities: LATEST, atLeast: 0.82 },
  { name: '100 × 50 latest', service: 'latest', rows: 100, entities: LATEST, atLeast: 0.5 },
  { name: '1 × 50 windowed, typical', service: 'windowed', rows: 1, entities: TYPICAL, atLeast: 0.9 },
  { name: '1 × 50 windowed, busy', service: 'windowed', rows: 1, entities: BUSY, atLeast: 0.75 },
  { name: '10 × 50 windowed, typical', service: 'windowed', rows: 10, entities: TYPICAL, atLeast: 0.68 },
];

/** Keys spread over all entities, the same in each run. */
function requestsOf({ service, rows, entities }: ServingCase): Uint8Array[] {
  let next = 1;
  return Array.from({ length: DIFFERENT_REQUESTS }, () => {
    const integers = Array.from({ length: rows }, () => {
      next = (next * 48_271) % 2_147_483_647;
      return entities.from + (next % entities.count);
    });
    return encodeMessage('GetOnlineFeaturesRequest', {
      project: PROJECT,
      feature_service: service,
      keys: [{ join_key: 'user', integers }],
    });
  });
}

async function openTargets(
  client: LoadClient,
  installation: ServingInstallation,
  { name, ...wanted }: ServingCase,
  connections: number,
): Promise<number> {
  const requests = requestsOf({ name, ...wanted });
  const bytes = await installation.answerBytes(requests);
  const open = (target: string, port: number, path: string, metadata: Record<string, string>) =>
    client.order({
      kind: 'open',
      name: `${target} ${connections}`,
      target: {
        port,
        path,
        metadata,
        requests: requests.map((request) => Buffer.from(request).toString('base64')),
        answerBytes: bytes,
      },
      connections,
    });
  await open(`${name} ours`, installation.port, installation.path, installation.metadata);
  await open(`${name} ceiling`, installation.ceilingPort, `/ceiling/${bytes}`, installation.metadata);
  return bytes;
}

function pairOf(name: string, connections: number, inFlight: number): Pair {
  const label =
    connections === CONNECTIONS && inFlight === IN_FLIGHT ? name : `${name}, ${connections} × ${inFlight}`;
  return {
    name: label,
    ours: `${name} ours ${connections}`,
    ceiling: `${name} ceiling ${connections}`,
    inFlight,
  };
}

function casesOf(name: string, times: PairTimes, target: Target | null): BenchCase[] {
  const spread = `${times.lowest.toFixed(2)} to ${times.highest.toFixed(2)}`;
  return [
    {
      case: name,
      ratio: times.ratio,
      unit: `of the ceiling (${spread}); ${times.ceilingUs.toFixed(1)} / ${times.oursUs.toFixed(1)} µs`,
      target,
    },
  ];
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
  const wanted = CASES.filter(({ name }) => name.includes(values.only));
  const environment = values.profile === '' ? {} : profiled(resolve(values.profile));
  await withServing({ environment }, async (installation) => {
    const { client } = installation;
    const report: BenchCase[] = [];
    for (const each of wanted) {
      const bytes = await openTargets(client, installation, each, CONNECTIONS);
      report.push({ case: `${each.name}: answer`, value: bytes, unit: 'bytes', target: null });
    }
    const pairs = wanted.map(({ name }) => pairOf(name, CONNECTIONS, IN_FLIGHT));
    const times = await interleaved(client, installation.processes, pairs, Number(values.rounds));
    for (const { name, atLeast } of wanted) {
      report.push(...casesOf(name, times.get(name) as PairTimes, { atLeast }));
    }
    reportBench('serving', report);
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
