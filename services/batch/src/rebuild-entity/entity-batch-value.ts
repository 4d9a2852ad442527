/** Makes the batch value, or the table row, of one entity anew: what a run would write for it now, without moving the marker. */
import { compileTableView, compileView } from '@forebay/algebra';
import type { AggregationView, EventSource, TableSource, TableView } from '@forebay/definitions';
import { readTableColumns, streamSegments, streamTableValues } from '@forebay/offline-store';
import { BatchWriter, type BatchWriteStats, TableWriter } from '@forebay/online-store';
import { type PlanDependencies, planRun, storedTerms } from '../plan-run';
import { planTableRun } from '../plan-table-run';
import { pour } from '../pour';

/** By its key; the numbers say nothing then. */
const ofEntity = (entity: string) => ({ chunk: 0, chunks: 1, entity });
const unheard = () => undefined;

/** Resolves with how many values there are: one, or none. Throws what planning a run throws. */
export async function rebuildBatchValue(
  dependencies: PlanDependencies,
  {
    view,
    source,
    key,
  }: { readonly view: AggregationView; readonly source: EventSource; readonly key: string },
  signal: AbortSignal,
): Promise<number> {
  const { offline, redis, clock } = dependencies;
  const plan = await planRun(dependencies, { view, source, cutMs: null, signal }, clock());
  const { part, expiresAtMs } = storedTerms(view, source, plan.cutMs);
  const writer = new BatchWriter(redis, { viewId: view.id, part, expiresAtMs });
  const segments = streamSegments(offline, compileView(view, source), plan, ofEntity(key), signal);
  return valuesOf(await pour(segments, writer, unheard));
}

export async function rebuildTableValue(
  dependencies: PlanDependencies,
  { view, source, key }: { readonly view: TableView; readonly source: TableSource; readonly key: string },
  signal: AbortSignal,
): Promise<number> {
  const { offline, redis, clock } = dependencies;
  const planned = await planTableRun(dependencies, { view, source, cutMs: null, full: true }, clock());
  if (planned.kind === 'older') return 0;
  const { plan } = planned;
  const columns = await readTableColumns(offline, source);
  const writer = new TableWriter(redis, {
    viewId: view.id,
    keepMs: plan.keepMs,
    replacesUpToMs: plan.tickMs,
  });
  const layout = compileTableView(view, source);
  return valuesOf(
    await pour(streamTableValues(offline, layout, columns, plan, ofEntity(key), signal), writer, unheard),
  );
}

/** One that a later run has written stays. */
function valuesOf({ values, older }: BatchWriteStats): number {
  return values - older;
}
