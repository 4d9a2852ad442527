/** The events in the archives of both sources. */
import type { OfflineStore } from '@forebay/offline-store';
import {
  applyEventSource,
  createMetaTables,
  loadHistory,
  openOfflineStore,
  quoteName,
} from '@forebay/offline-store';
import { trainingProject } from './definitions';

export interface Server {
  readonly url: string;
  readonly database: string;
  readonly pid: number;
}

/** Later than every event. */
const COMPLETE_UNTIL_MS = Date.UTC(2001, 7, 1);

/** Loads them, and has the server finish the merging that it would do in the background. */
export async function loadEvents({ url, database }: Server, file: string): Promise<void> {
  const store = await openOfflineStore({ url, database });
  try {
    await createMetaTables(store);
    for (const source of trainingProject().eventSources) {
      await applyEventSource(store, source);
      await loadHistory(store, {
        source,
        file,
        format: 'Parquet',
        completeUntilMs: COMPLETE_UNTIL_MS,
        clock: Date.now,
      });
      await merge(store, source.table);
    }
  } finally {
    await store.close();
  }
}

async function merge(store: OfflineStore, table: string): Promise<void> {
  await store.command(`OPTIMIZE TABLE ${quoteName(table)} FINAL`);
}
