import { setTimeout as passed } from 'node:timers/promises';
import type { Server } from '@grpc/grpc-js';
import type { Health } from './health';

export interface DrainTimes {
  /** How long calls are answered as ever after health says NOT_SERVING. */
  readonly drainDelayMs: number;
  /** How long calls in flight may take to finish, afterwards. */
  readonly drainDeadlineMs: number;
}

/**
 * Leaves without a failed call: says NOT_SERVING, gives balancers time to notice, then takes no new connections, tells the
 * connected clients to leave (GOAWAY), and lets calls in flight finish until the deadline.
 */
export async function drain(server: Server, health: Health, times: DrainTimes): Promise<void> {
  health.notServing();
  if (times.drainDelayMs > 0) await passed(times.drainDelayMs);
  health.endWatches();
  await shutDown(server, times.drainDeadlineMs);
}

function shutDown(server: Server, deadlineMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, deadlineMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
