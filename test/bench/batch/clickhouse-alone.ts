/** What ClickHouse takes to make all values of a view, when somebody takes them off its hands and does nothing with them. */
import { compileTableView, compileView } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import { definitionName, sourceOf, tableSourceOf } from '@forebay/definitions';
import {
  finishedLoadsOf,
  type KeyValueBatch,
  readTableColumns,
  streamSegments,
  streamTableValues,
} from '@forebay/offline-store';
import { oldestBatchMarker, oldestTableMarker, PARTS } from '@forebay/online-store';
import type { BatchInstallation } from './installation';

const WHOLE = { chunk: 0, chunks: 1 } as const;
const SECOND_MS = 1_000;

/** Seconds for the values of the view's last finished run, and how many they are. */
export async function clickHouseAlone(
  installation: BatchInstallation,
  view: string,
): Promise<{ readonly seconds: number; readonly values: number }> {
  const values = await valuesOf(installation, view);
  const from = performance.now();
  let count = 0;
  for await (const { keys } of values) count += keys.length;
  return { seconds: (performance.now() - from) / SECOND_MS, values: count };
}

async function valuesOf(
  { servers, project }: BatchInstallation,
  name: string,
): Promise<AsyncIterable<KeyValueBatch>> {
  const [offline, redis] = await Promise.all([servers.offline(), servers.redis()]);
  const windowed = project.aggregationViews.find((view) => definitionName(view) === name);
  if (windowed !== undefined) {
    const source = sourceOf(project, windowed);
    const marker = await oldestBatchMarker(redis, windowed.id, PARTS.batch);
    if (marker === null) throw new ForebayError('internal', `no run of ${name} has finished`);
    const finishedLoads = await finishedLoadsOf(offline, source);
    const run = { qMs: marker.runClockMs, cutMs: marker.cutMs, finishedLoads };
    return streamSegments(offline, compileView(windowed, source), run, WHOLE);
  }
  const table = project.tableViews.find((view) => definitionName(view) === name)!;
  const source = tableSourceOf(project, table);
  const marker = await oldestTableMarker(redis, table.id);
  if (marker === null) throw new ForebayError('internal', `no run of ${name} has finished`);
  const run = { tickMs: marker.tickMs, changedSinceMs: null, sinceMs: null };
  const columns = await readTableColumns(offline, source);
  return streamTableValues(offline, compileTableView(table, source), columns, run, WHOLE);
}
