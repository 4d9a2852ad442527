import type { Redis } from 'ioredis';
import { isAccessRefused } from './redis-errors';

/** What INFO says about memory; null: the server does not say (forbidden, or too old). */
export interface EvictionFacts {
  readonly policy: string | null;
  readonly evictedKeys: number | null;
  /** Whether the server is a node of a cluster. */
  readonly isOfCluster: boolean;
  /** Of the most that it may use (without a limit: of the machine's) the share that it uses. */
  readonly memoryShare: number | null;
}

/** Reads the eviction policy and the count of evicted keys; where INFO is forbidden, the policy from CONFIG. */
export async function readEvictionFacts(client: Redis): Promise<EvictionFacts> {
  const info = await unlessForbidden(client.info());
  if (info !== null) {
    const evicted = infoField(info, 'evicted_keys');
    return {
      policy: infoField(info, 'maxmemory_policy'),
      evictedKeys: evicted === null ? null : Number(evicted),
      isOfCluster: infoField(info, 'cluster_enabled') === '1',
      memoryShare: memoryShareOf(info),
    };
  }
  const config = await unlessForbidden(client.config('GET', 'maxmemory-policy') as Promise<string[]>);
  return { policy: config?.[1] ?? null, evictedKeys: null, isOfCluster: false, memoryShare: null };
}

function memoryShareOf(info: string): number | null {
  const bytes = (name: string) => Number(infoField(info, name) ?? 0);
  const most = bytes('maxmemory') || bytes('total_system_memory');
  return most === 0 ? null : bytes('used_memory') / most;
}

export function infoField(info: string, name: string): string | null {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? null;
}

async function unlessForbidden<T>(reply: Promise<T>): Promise<T | null> {
  try {
    return await reply;
  } catch (error) {
    if (isAccessRefused(error)) return null;
    throw error;
  }
}
