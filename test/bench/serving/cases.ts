/** What is asked for, and how the answers' cost is compared with the ceiling's. */
import { encodeMessage } from '@forebay/contract';
import { PROJECT } from './declared';
import { LATEST_ENTITIES, type ServingInstallation, WINDOWED_ENTITIES } from './installation';
import type { Pair } from './interleaved';

export const CONNECTIONS = 4;
export const IN_FLIGHT = 8;
const DIFFERENT_REQUESTS = 256;

export interface ServingCase {
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

export const CASES: readonly ServingCase[] = [
  { name: '1 × 50 latest', service: 'latest', rows: 1, entities: LATEST, atLeast: 0.92 },
  { name: '10 × 50 latest', service: 'latest', rows: 10, entities: LATEST, atLeast: 0.82 },
  { name: '100 × 50 latest', service: 'latest', rows: 100, entities: LATEST, atLeast: 0.5 },
  { name: '1 × 50 windowed, typical', service: 'windowed', rows: 1, entities: TYPICAL, atLeast: 0.9 },
  { name: '1 × 50 windowed, busy', service: 'windowed', rows: 1, entities: BUSY, atLeast: 0.75 },
  { name: '10 × 50 windowed, typical', service: 'windowed', rows: 10, entities: TYPICAL, atLeast: 0.68 },
];

/** Of these, other numbers of connections are shown too. */
export const SHOWN_WITH = [
  { connections: 1, inFlight: 1 },
  { connections: 4, inFlight: 1 },
  { connections: 32, inFlight: 1 },
] as const;
export const SHOWN_CASES = ['1 × 50 latest', '1 × 50 windowed, typical'];

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

/** Opens both sides of a case with so many connections; returns the length of an answer. */
export async function openCase(
  installation: ServingInstallation,
  wanted: ServingCase,
  connections: number,
): Promise<number> {
  const requests = requestsOf(wanted);
  const bytes = await installation.answerBytes(requests);
  const texts = requests.map((request) => Buffer.from(request).toString('base64'));
  const { client, metadata, port, path, ceilingPort } = installation;
  const { ours, ceiling } = pairOf(wanted.name, connections, IN_FLIGHT);
  const open = (name: string, at: { readonly port: number; readonly path: string }) =>
    client.order({
      kind: 'open',
      name,
      target: { ...at, metadata, requests: texts, answerBytes: bytes },
      connections,
    });
  await open(ours, { port, path });
  await open(ceiling, { port: ceilingPort, path: `/ceiling/${bytes}` });
  return bytes;
}

/** Opens a case at a service beside the first. */
export async function openAt(
  { client, metadata, path, lengthAt }: ServingInstallation,
  wanted: ServingCase,
  { name, port }: { readonly name: string; readonly port: number },
): Promise<void> {
  const asked = requestsOf(wanted);
  const answerBytes = await lengthAt(port, asked);
  const requests = asked.map((request) => Buffer.from(request).toString('base64'));
  const target = { port, path, metadata, requests, answerBytes };
  await client.order({ kind: 'open', name, target, connections: CONNECTIONS });
}

export function pairOf(name: string, connections: number, inFlight: number): Pair {
  return {
    name: connections === CONNECTIONS ? name : `${name}, ${connections} × ${inFlight}`,
    ours: `${name}, ours, ${connections}`,
    ceiling: `${name}, ceiling, ${connections}`,
    inFlight,
  };
}
