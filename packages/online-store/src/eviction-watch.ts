import type { Redis } from 'ioredis';
import type { RedisConnection } from './connection';
import { readEvictionFacts } from './server-info';

export interface EvictionWatchOptions {
  readonly intervalMs: number;
  /** So many keys were evicted since the last look: values are lost. */
  readonly onEvicted: (keys: number) => void;
  /** The policy is no longer noeviction. */
  readonly onPolicy: (policy: string) => void;
  /** At each look, the share of its memory that the fullest server uses, 0 to 1. */
  readonly onMemory?: (share: number) => void;
}

/** Looks at INFO at once (evictions before that are not told) and every interval, whenever connected. Returns how to stop. */
export function watchEvictions(connection: RedisConnection, options: EvictionWatchOptions): () => void {
  /** By server. */
  const seen = new WeakMap<Redis, number>();
  let looking = false;
  const lookAt = async (master: Redis) => {
    const { policy, evictedKeys, memoryShare } = await readEvictionFacts(master);
    const evicted = evictedKeys ?? 0;
    const before = seen.get(master) ?? evicted;
    seen.set(master, evicted);
    // The count starts over with the server.
    const newly = before > evicted ? evicted : evicted - before;
    if (newly > 0) options.onEvicted(newly);
    if (policy !== null && policy !== 'noeviction') options.onPolicy(policy);
    return memoryShare ?? 0;
  };
  const look = async () => {
    if (looking || !connection.isConnected) return;
    looking = true;
    // What is away is not asked; whoever uses it hears of that.
    const looks = await Promise.allSettled(connection.link.masters().map(lookAt));
    const shares = looks.flatMap((seenNow) => (seenNow.status === 'fulfilled' ? [seenNow.value] : []));
    if (shares.length > 0) options.onMemory?.(Math.max(...shares));
    looking = false;
  };
  void look();
  const timer = setInterval(() => void look(), options.intervalMs);
  return () => clearInterval(timer);
}
