import { ForebayError } from '@forebay/contract';
import { exchange } from '../process/connect';
import type { LocalServer } from '../process/server';
import { waitUntil } from '../process/wait-until';

const SLOTS = 16_384;
const FORM_DEADLINE_MS = 30_000;

/** Makes one Redis Cluster of nodes that run, each with an equal share of the slots; nodes that know each other already stay as they are. */
export async function formCluster(nodes: readonly LocalServer[]): Promise<void> {
  const [first, ...others] = nodes as readonly [LocalServer, ...LocalServer[]];
  for (const [i, node] of nodes.entries()) {
    const from = Math.floor((SLOTS * i) / nodes.length);
    const to = Math.floor((SLOTS * (i + 1)) / nodes.length) - 1;
    await ask(node, `CLUSTER ADDSLOTSRANGE ${from} ${to}`, /^\+OK|already busy/);
    // of nodes that are new at the same time, no two may be equally new
    await ask(node, `CLUSTER SET-CONFIG-EPOCH ${i + 1}`, /^\+OK|config epoch/);
  }
  for (const node of others)
    await ask(node, `CLUSTER MEET 127.0.0.1 ${first.port} ${first.port + 1}`, /^\+OK/);
  const isFormed = async () =>
    (await Promise.all(nodes.map((node) => knowsAll(node, nodes.length)))).every(Boolean);
  if (await waitUntil(isFormed, FORM_DEADLINE_MS)) return;
  const info = await exchange(first.port, 'CLUSTER INFO\r\n');
  throw new ForebayError(
    'unavailable',
    `the Redis Cluster did not form within ${FORM_DEADLINE_MS / 1000} s; its first node says:\n${info}`,
  );
}

/** Its address, as the services want it. */
export function clusterUrl(nodes: readonly LocalServer[]): string {
  return `redis-cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
}

async function knowsAll(node: LocalServer, nodes: number): Promise<boolean> {
  const info = (await exchange(node.port, 'CLUSTER INFO\r\n')) ?? '';
  return (
    info.includes('cluster_state:ok') &&
    info.includes(`cluster_slots_ok:${SLOTS}\r`) &&
    info.includes(`cluster_size:${nodes}\r`)
  );
}

async function ask(node: LocalServer, command: string, expected: RegExp): Promise<void> {
  const answer = await exchange(node.port, `${command}\r\n`);
  if (answer !== null && expected.test(answer)) return;
  throw new ForebayError('unavailable', `${node.name} answers to ${command}: ${answer ?? 'nothing'}`);
}
