import { ForebayError } from '@forebay/contract';
import type { Project, TableSource } from '@forebay/definitions';
import { type OfflineStore, readTableColumns } from '@forebay/offline-store';

/** Tables and queries that ClickHouse does not have as they are declared: the runs of their views would fail. */
export async function tableSourceWarnings(offline: OfflineStore, project: Project): Promise<string[]> {
  const found = await Promise.all(project.tableSources.map((source) => problemOf(offline, source)));
  return found.filter((problem) => problem !== null);
}

async function problemOf(offline: OfflineStore, source: TableSource): Promise<string | null> {
  try {
    await readTableColumns(offline, source);
    return null;
  } catch (thrown) {
    const error = ForebayError.from(thrown);
    if (error.reason !== 'failed_precondition') throw error;
    return `${error.message}; until then runs of its views fail`;
  }
}
