/** Makes the batch value, or the table row, of one entity anew: what a run would write for it now, without moving the marker. */
import { compileTableView, compileView } from '@forebay/algebra';
import type { AggregationView, EventSource, TableSource, TableView } from '@forebay/definitions';
import { erasedCondition, readTableColumns, streamSegments, streamTableValues } from '@forebay/offline-store';
import {
  BatchWriter,
  type BatchWriteStats,
  bucketOf,
  entityPartKey,
  PARTS,
  type Part,
  type RedisConnection,
  TableWriter,
} from '@forebay/online-store';
import { type PlanDependencies, planRun, storedTerms } from '../plan-run';
import { planTableRun, type TablePlanDependencies } from '../plan-table-run';
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
  const layout = compileView(view, source);
  return writeDamagedToo(redis, { viewId: view.id, part, key }, () =>
    pour(
      streamSegments(offline, layout, plan, ofEntity(key), { signal }),
      new BatchWriter(redis, { viewId: view.id, part, expiresAtMs }),
      unheard,
    ),
  );
}

export async function rebuildTableValue(
  dependencies: TablePlanDependencies & Pick<PlanDependencies, 'clock'>,
  { view, source, key }: { readonly view: TableView; readonly source: TableSource; readonly key: string },
  signal: AbortSignal,
): Promise<number> {
  const { offline, redis, clock } = dependencies;
  const planned = await planTableRun(dependencies, { view, source, cutMs: null, full: true }, clock());
  if (planned.kind === 'older') return 0;
  const { plan } = planned;
  const columns = await readTableColumns(offline, source);
  const erased = await erasedCondition(offline, source.id, view.entity);
  const layout = compileTableView(view, source);
  return writeDamagedToo(redis, { viewId: view.id, part: PARTS.table, key }, () =>
    pour(
      streamTableValues(offline, layout, columns, { ...plan, erased }, ofEntity(key), signal),
      new TableWriter(redis, { viewId: view.id, keepMs: plan.keepMs, replacesUpToMs: plan.tickMs }),
      unheard,
    ),
  );
}

/**
 * A stored value that seems to be of a later run would stay: it may be damaged just there, so it goes. If it was of a later run
 * indeed, the one that is written is as right, and the next run replaces it.
 */
async function writeDamagedToo(
  redis: RedisConnection,
  { viewId, part, key }: { readonly viewId: number; readonly part: Part; readonly key: string },
  write: () => Promise<BatchWriteStats>,
): Promise<number> {
  const { values, older } = await write();
  if (older === 0) return values;
  const bucket = bucketOf(key, redis.buckets);
  await redis.run('removing a value', () => redis.at(bucket).del(entityPartKey(bucket, viewId, part, key)));
  return (await write()).values;
}
