import type { LocalServer } from '@forebay/local-stack';
import { Redis } from 'ioredis';

/** Gives the slot of a key, with all that is in it, to another node of the cluster; the key must be there. */
export async function moveSlotOf(key: string, servers: readonly LocalServer[]): Promise<void> {
  const nodes = servers.map(({ port }) => new Redis(port));
  try {
    const slot = await (nodes[0] as Redis).cluster('KEYSLOT', key);
    const counts = await Promise.all(nodes.map((node) => node.cluster('COUNTKEYSINSLOT', slot)));
    const from = nodes[counts.findIndex((count) => count > 0)] as Redis;
    const to = nodes[counts.indexOf(0)] as Redis;
    const [fromId, toId] = [await from.cluster('MYID'), await to.cluster('MYID')];
    await to.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
    await from.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
    // what is written meanwhile goes with the next round
    for (let keys = ['']; keys.length > 0; ) {
      keys = await from.cluster('GETKEYSINSLOT', slot, 1_000);
      if (keys.length > 0)
        await from.call('MIGRATE', '127.0.0.1', Number(to.options.port), '', 0, 5_000, 'KEYS', ...keys);
    }
    for (const node of [to, from]) await node.call('CLUSTER', 'SETSLOT', slot, 'NODE', toId);
  } finally {
    for (const node of nodes) node.disconnect();
  }
}
