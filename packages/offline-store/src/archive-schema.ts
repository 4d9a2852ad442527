/** Whether a table that exists already can be the archive of a source: a source that was removed and added again meets its old table. */
import { ForebayError } from '@forebay/contract';
import type { EventSource } from '@forebay/definitions';
import { type ArchiveLayout, archiveLayout } from './archive-tables';
import type { OfflineStore } from './client';

/** What ClickHouse says of a table. */
export interface ExistingTable {
  readonly engine: string;
  readonly partitionKey: string;
  readonly sortingKey: string;
  readonly columns: ReadonlyMap<string, string>;
}

/**
 * Throws `failed_precondition` that names what differs between the source's table and its definition. Columns that the table lacks
 * are no difference, for they are added; neither are columns that no field has any more.
 *
 * @param table the one that holds the rows
 */
export async function checkArchiveTable(
  store: OfflineStore,
  source: EventSource,
  table = source.table,
): Promise<void> {
  const found = await readTable(store, table);
  const differences = archiveDifferences(archiveLayout(source), found, store.cluster !== null);
  if (differences.length === 0) return;
  throw new ForebayError(
    'failed_precondition',
    `source "${source.name}": its archive table "${store.database}.${table}" exists and does not fit: ${differences.join('; ')}. ` +
      'declare another "table" for the source, correct the definition, or move the old one away (RENAME TABLE)',
  );
}

/** One text for each difference. Pure. */
export function archiveDifferences(
  wanted: ArchiveLayout,
  table: ExistingTable,
  isReplicated = false,
): string[] {
  const differences: string[] = [];
  const compare = (what: string, has: string, wants: string) => {
    if (has !== wants)
      differences.push(`${what} is ${has === '' ? 'none' : has} there, and ${wants} by the definition`);
  };
  for (const [name, type] of wanted.columns)
    compare(`the type of column "${name}"`, table.columns.get(name) ?? type, type);
  compare('the engine', table.engine, `${isReplicated ? 'Replicated' : ''}${wanted.engine}`);
  compare('the partition key', unquoted(table.partitionKey), wanted.partitionKey);
  compare('the sorting key', unquoted(table.sortingKey), wanted.sortingKey.join(', '));
  return differences;
}

/** ClickHouse quotes only names that need it. */
const unquoted = (text: string) => text.replaceAll('`', '');

async function readTable(store: OfflineStore, table: string): Promise<ExistingTable> {
  const [facts] = await store.rows<{ engine: string; partition_key: string; sorting_key: string }>(
    'SELECT engine, partition_key, sorting_key FROM system.tables WHERE database = currentDatabase() AND name = {table:String}',
    { table },
  );
  const columns = await store.rows<{ name: string; type: string }>(
    'SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String}',
    { table },
  );
  return {
    engine: facts?.engine ?? '',
    partitionKey: facts?.partition_key ?? '',
    sortingKey: facts?.sorting_key ?? '',
    columns: new Map(columns.map(({ name, type }) => [name, type])),
  };
}
