/** The stream that a view is folded from: what is decided once for all shares of its entities. */
import { compileTableView, compileView } from '@forebay/algebra';
import { finishedLoadsOf, type OfflineStore, readTableColumns, type Statement } from '@forebay/offline-store';
import type { FoldedView } from '../plan/training-plan';
import type { WorkTables } from '../work-tables';
import { makeCoarseTiles } from './coarse-tiles';
import type { EntityKeys } from './entity-keys';
import { archiveReadsSql, eventStreamSql, type RowSpan } from './event-stream-sql';
import { choosePruning } from './pruning';
import type { EntityShare } from './share';
import { tableStreamSql } from './table-stream-sql';

/** With more events than this for each row, tiles that no row looks into come as states: measured, it then costs less than sorting all. */
const EVENTS_PER_ROW = 500;

/** The label rows of a view's entity. */
export interface AskedRows {
  readonly count: number;
  readonly keys: EntityKeys;
  readonly span: RowSpan;
  readonly knownAsOfMs: number | null;
  /** Events are folded one after the other in their total order, and none comes as a state that ClickHouse added up. */
  readonly isReproducible: boolean;
}

export interface ViewStream {
  readonly statementOf: (share: EntityShare) => Statement;
  /** Whether some tiles come as states. */
  readonly withStates: boolean;
}

/** Looks at how much of the source the rows ask for; what it makes for that is the owner's of `work` to drop. */
export async function viewStream(
  store: OfflineStore,
  folded: FoldedView,
  work: WorkTables,
  { count, keys, span, knownAsOfMs, isReproducible }: AskedRows,
): Promise<ViewStream> {
  if (folded.kind === 'table view') {
    const columns = await readTableColumns(store, folded.source);
    const layout = compileTableView(folded.view, folded.source);
    const keyCount = folded.entity.joinKeys.length;
    const statementOf = (share: EntityShare) =>
      tableStreamSql(layout, columns, { keys, share, span, keyCount, knownAsOfMs });
    return { statementOf, withStates: false };
  }
  const layout = compileView(folded.view, folded.source);
  const clocks = { schedule: folded.view.schedule, knownAsOfMs };
  const choice = { keys, span, clocks, finishedLoads: await finishedLoadsOf(store, folded.source) };
  const { wantedSql, events } = await choosePruning(
    store,
    layout,
    folded.entity,
    keys,
    archiveReadsSql(layout, choice),
  );
  const withStates = !isReproducible && events > EVENTS_PER_ROW * count;
  const tiles = withStates
    ? await makeCoarseTiles(store, layout, keys, clocks, work.name(`tiles_${folded.view.id}`))
    : null;
  return {
    statementOf: (share) => eventStreamSql(layout, { ...choice, share, tiles, wantedSql }),
    withStates,
  };
}
