import type { EventSource } from '@forebay/definitions';
import { listLoads, type OfflineStore } from '@forebay/offline-store';

/** The latest end that was declared of history loads of the sources, finished or begun; null: there is none. */
export async function loadedUntil(
  offline: OfflineStore,
  sources: readonly EventSource[],
): Promise<number | null> {
  const loads = (await Promise.all(sources.map((source) => listLoads(offline, source)))).flat();
  return loads.length === 0 ? null : Math.max(...loads.map(({ completeUntilMs }) => completeUntilMs));
}
