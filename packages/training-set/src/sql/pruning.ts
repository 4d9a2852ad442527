/** How much of an archive rows ask for, and what may be left out of it. */
import type { ViewLayout } from '@forebay/algebra';
import type { Entity } from '@forebay/definitions';
import { type OfflineStore, quoteName, type Statement } from '@forebay/offline-store';
import type { EntityKeys } from './entity-keys';

export interface Pruning {
  /** See `EventStreamChoice`. */
  readonly wantedSql: string | null;
  /** Events that the server reads, estimated from its index. */
  readonly events: number;
}

/** The condition on the entities costs a look-up per event, so it must save the server at least half of them. */
const WORTH_IT = 0.5;

/** @param read the archive's events of the rows' times: a SELECT whose condition is the last thing in it */
export async function choosePruning(
  store: OfflineStore,
  layout: ViewLayout,
  entity: Entity,
  keys: EntityKeys,
  read: Statement,
): Promise<Pruning> {
  const all = await estimatedRows(store, read);
  const wantedSql = entityConditionSql(layout, entity, keys);
  if (wantedSql === null) return { wantedSql, events: all };
  const wanted = await estimatedRows(store, { ...read, query: `${read.query} AND ${wantedSql}` });
  return wanted <= WORTH_IT * all ? { wantedSql, events: wanted } : { wantedSql: null, events: all };
}

async function estimatedRows(store: OfflineStore, { query, parameters }: Statement): Promise<number> {
  const tables = await store.rows<{ rows: string }>(`EXPLAIN ESTIMATE ${query}`, parameters);
  return tables.reduce((sum, { rows }) => sum + Number(rows), 0);
}

/** null where join keys are derived, or stand in the archive in another type. */
function entityConditionSql({ source, view }: ViewLayout, entity: Entity, keys: EntityKeys): string | null {
  const names = view.keyFields.map((name, i) => {
    const field = source.fields.find((candidate) => candidate.name === name);
    return field?.type === entity.joinKeys[i]?.type ? `t.${quoteName(name)}` : null;
  });
  if (names.includes(null)) return null;
  const values = names.map((_, i) => `r${i}`).join(', ');
  return `(${names.join(', ')}) IN (SELECT ${values} FROM ${quoteName(keys.table)})`;
}
