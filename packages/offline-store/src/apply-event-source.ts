import type { EventSource } from '@forebay/definitions';
import { checkArchiveTable } from './archive-schema';
import type { OfflineStore } from './client';
import { archiveColumnsSql, archiveTableSql } from './tables';

/**
 * Creates the archive table of an event source, or adds the columns that it lacks. Idempotent.
 * Throws `failed_precondition`, and changes nothing, when there is a table of that name which can't be this source's archive.
 */
export async function applyEventSource(store: OfflineStore, source: EventSource): Promise<void> {
  await store.command(archiveTableSql(source));
  await checkArchiveTable(store, source);
  await store.command(archiveColumnsSql(source));
}
