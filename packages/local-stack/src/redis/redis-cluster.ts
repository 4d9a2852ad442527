import { ForebayError } from '@forebay/contract';
import { exchange } from '../process/connect';
import type { LocalServer } from '../process/server';
import { waitUntil } from '../process/wait-until';

const SLOTS = 16_384;
const FORM_DEADLINE_MS = 30_000;

/**
 * Makes one Redis Cluster of nodes that run: masters with equal shares of the slots, and replicas of the first, second, … master in
 * turn. Nodes that know each other already stay as they are.
 */
export async function formCluster(
  masters: readonly LocalServer[],
  replicas: readonly LocalServer[],
): Promise<void> {
  const [first, ...others] = [...masters, ...replicas] as [LocalServer, ...LocalServer[]];
  for (const [i, node] of masters.entries()) {
    const from = Math.floor((SLOTS * i) / masters.length);
    const to = Math.floor((SLOTS * (i + 1)) / masters.length) - 1;
    await ask(node, `CLUSTER ADDSLOTSRANGE ${from} ${to}`, /^\+OK|already busy/);
    // of nodes that are new at the same time, no two may be equally new
    await ask(node, `CLUSTER SET-CONFIG-EPOCH ${i + 1}`, /^\+OK|config epoch/);
  }
  for (const node of others)
    await ask(node, `CLUSTER MEET 127.0.0.1 ${first.port} ${first.port + 1}`, /^\+OK/);
  await formed('form', first, [first, ...others], (node) =>
    knowsAll(node, masters.length, others.length + 1),
  );
  for (const [i, replica] of replicas.entries()) {
    const id = (await exchange((masters[i % masters.length] as LocalServer).port, 'CLUSTER MYID\r\n')) ?? '';
    await ask(replica, `CLUSTER REPLICATE ${id.split('\r\n')[1]}`, /^\+OK/);
  }
  await formed('get its replicas', first, replicas, isReplica);
}

async function formed(
  what: string,
  first: LocalServer,
  nodes: readonly LocalServer[],
  isReady: (node: LocalServer) => Promise<boolean>,
): Promise<void> {
  const areReady = async () => (await Promise.all(nodes.map(isReady))).every(Boolean);
  if (await waitUntil(areReady, FORM_DEADLINE_MS)) return;
  const info = await exchange(first.port, 'CLUSTER INFO\r\n');
  throw new ForebayError(
    'unavailable',
    `the Redis Cluster did not ${what} within ${FORM_DEADLINE_MS / 1000} s; its first node says:\n${info}`,
  );
}

/** Its address, as the services want it. */
export function clusterUrl(nodes: readonly LocalServer[]): string {
  return `redis-cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
}

async function knowsAll(node: LocalServer, masters: number, nodes: number): Promise<boolean> {
  const info = (await exchange(node.port, 'CLUSTER INFO\r\n')) ?? '';
  return (
    info.includes('cluster_state:ok') &&
    info.includes(`cluster_slots_ok:${SLOTS}\r`) &&
    info.includes(`cluster_size:${masters}\r`) &&
    info.includes(`cluster_known_nodes:${nodes}\r`)
  );
}

async function isReplica(node: LocalServer): Promise<boolean> {
  return ((await exchange(node.port, 'INFO replication\r\n')) ?? '').includes('master_link_status:up');
}

async function ask(node: LocalServer, command: string, expected: RegExp): Promise<void> {
  const answer = await exchange(node.port, `${command}\r\n`);
  if (answer !== null && expected.test(answer)) return;
  throw new ForebayError('unavailable', `${node.name} answers to ${command}: ${answer ?? 'nothing'}`);
}
