import { listLoads, type OfflineStore } from '@forebay/offline-store';
import type { SourceArchive } from './source-topics';

/**
 * Until when a source has events of history that was loaded, or is being loaded, by what was declared of it; null: it has none. Events
 * that are made of others end the bound after the last of these.
 */
export async function loadedUntil(
  offline: OfflineStore,
  archives: readonly SourceArchive[],
): Promise<number | null> {
  const ends = archives.map(async ({ source, earlierMs }) => {
    const loads = await listLoads(offline, source);
    return loads.map(({ completeUntilMs }) => completeUntilMs + earlierMs);
  });
  const all = (await Promise.all(ends)).flat();
  return all.length === 0 ? null : Math.max(...all);
}
