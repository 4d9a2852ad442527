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

/** @param reads the events of the rows' times in each archive: SELECTs whose condition is the last thing in them */
export async function choosePruning(
  store: OfflineStore,
  layout: ViewLayout,
  entity: Entity,
  keys: EntityKeys,
  reads: readonly Statement[],
): Promise<Pruning> {
  const all = await estimatedRows(store, reads);
  const wantedSql = entityConditionSql(layout, entity, keys);
  if (wantedSql === null) return { wantedSql, events: all };
  const wanted = await estimatedRows(
    store,
    reads.map((read) => ({ ...read, query: `${read.query} AND ${wantedSql}` })),
  );
  return wanted <= WORTH_IT * all ? { wantedSql, events: wanted } : { wantedSql: null, events: all };
}

async function estimatedRows(store: OfflineStore, reads: readonly Statement[]): Promise<number> {
  const estimates = await Promise.all(
    reads.map(({ query, parameters }) =>
      store.rows<{ rows: string }>(`EXPLAIN ESTIMATE ${query}`, parameters),
    ),
  );
  return estimates.flat().reduce((sum, { rows }) => sum + Number(rows), 0);
}

/** null where join keys are derived, stand in the archive in another type, or are those of pairs. */
function entityConditionSql({ source, view }: ViewLayout, entity: Entity, keys: EntityKeys): string | null {
  if (source.pairing !== undefined) return null;
  const names = view.keyFields.map((name, i) => {
    const field = source.fields.find((candidate) => candidate.name === name);
    return field?.type === entity.joinKeys[i]?.type ? `t.${quoteName(name)}` : null;
  });
  if (names.includes(null)) return null;
  const values = names.map((_, i) => `r${i}`).join(', ');
  return `(${names.join(', ')}) IN (SELECT ${values} FROM ${quoteName(keys.table)})`;
}
