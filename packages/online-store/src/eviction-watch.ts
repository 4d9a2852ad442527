import type { RedisConnection } from './connection';
import { readEvictionFacts } from './server-info';

export interface EvictionWatchOptions {
  readonly intervalMs: number;
  /** So many keys were evicted since the last look: values are lost. */
  readonly onEvicted: (keys: number) => void;
  /** The policy is no longer noeviction. */
  readonly onPolicy: (policy: string) => void;
}

/** Looks at INFO at once (evictions before that are not told) and every interval, whenever connected. Returns how to stop. */
export function watchEvictions(connection: RedisConnection, options: EvictionWatchOptions): () => void {
  let seen: number | null = null;
  let looking = false;
  const look = async () => {
    if (looking || !connection.isConnected) return;
    looking = true;
    try {
      const { policy, evictedKeys } = await readEvictionFacts(connection.client);
      const evicted = evictedKeys ?? 0;
      // The count starts over with the server.
      const newly = evicted - (seen === null ? evicted : seen > evicted ? 0 : seen);
      seen = evicted;
      if (newly > 0) options.onEvicted(newly);
      if (policy !== null && policy !== 'noeviction') options.onPolicy(policy);
    } catch {
      // The connection is away; whoever uses it hears of that.
    } finally {
      looking = false;
    }
  };
  void look();
  const timer = setInterval(() => void look(), options.intervalMs);
  return () => clearInterval(timer);
}
