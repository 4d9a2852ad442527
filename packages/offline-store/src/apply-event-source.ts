import type { EventSource } from '@forebay/definitions';
import { checkArchiveTable } from './archive-schema';
import { archiveStatements } from './archive-tables';
import type { OfflineStore } from './client';

/**
 * Creates the archive table of an event source, or adds the columns that it lacks. Idempotent.
 * Throws `failed_precondition`, and changes nothing, when there is a table of that name which can't be this source's archive.
 */
export async function applyEventSource(store: OfflineStore, source: EventSource): Promise<void> {
  const { table, create, complete } = archiveStatements(source, store);
  await store.command(create);
  await checkArchiveTable(store, source, table);
  for (const statement of complete) await store.command(statement);
}
