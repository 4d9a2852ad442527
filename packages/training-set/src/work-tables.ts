/** The tables of one training set in ClickHouse: made under names that no other has, and dropped when it ends. */
import { randomUUID } from 'node:crypto';
import { type OfflineStore, quoteName } from '@forebay/offline-store';

const PREFIX = '_forebay_training_';
/** Tables that a process left behind when it was killed; no training set takes so long. */
const ABANDONED_AFTER_DAYS = 7;

const newId = () => randomUUID().replaceAll('-', '');

/** The name of a table for rows that outlive a process: its owner drops it, or it is dropped as one that was left behind. */
export function newRowsTable(): string {
  return `${PREFIX}${newId()}_rows`;
}

/** Whether it is the name of a table for rows, which may be dropped. */
export function isRowsTable(name: string): boolean {
  return name.startsWith(PREFIX) && /^[0-9a-f]{32}_rows$/.test(name.slice(PREFIX.length));
}

export class WorkTables {
  readonly #store: OfflineStore;
  readonly #id = newId();
  readonly #tables: string[] = [];

  constructor(store: OfflineStore) {
    this.#store = store;
  }

  /** A name that will be dropped, unquoted. */
  name(what: string): string {
    const table = `${PREFIX}${this.#id}_${what}`;
    this.#tables.push(table);
    return table;
  }

  async drop(): Promise<void> {
    for (const table of this.#tables.splice(0)) await this.#drop(table);
  }

  async dropAbandoned(): Promise<void> {
    const abandoned = await this.#store.rows<{ name: string }>(
      `SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, '${PREFIX}')
       AND metadata_modification_time < now() - INTERVAL ${ABANDONED_AFTER_DAYS} DAY`,
    );
    for (const { name } of abandoned) await this.#drop(name);
  }

  async #drop(table: string): Promise<void> {
    await this.#store.command(`DROP TABLE IF EXISTS ${quoteName(table)} SYNC`);
  }
}
