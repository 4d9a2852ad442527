import { ceilTo, ForebayError, floorTo, formatDuration, formatInstant, HOUR_MS } from '@forebay/contract';
import {
  type AggregationView,
  definitionName,
  type EventSource,
  entityKeysOf,
  type Project,
} from '@forebay/definitions';
import { type ColumnChoice, type LoadFormat, type LoadResult, loadHistory } from '@forebay/offline-store';
import { inEveryBucket, raiseViewMarkers } from '@forebay/online-store';
import { viewsOn, viewsOnPairsOf } from './applied-registry';
import type { Servers } from './servers';

export interface LoadIntoSourceOptions {
  readonly file: string;
  readonly format: LoadFormat;
  /** With this load the archive is complete up to this event time (exclusive). */
  readonly completeUntilMs: number;
  /** The load's name, by which it is done once; the file's name if left out. */
  readonly id?: string;
  /** For fields whose column has another name; null: no column. */
  readonly columns?: ColumnChoice;
  /** Added to every time; 0 if left out. */
  readonly shiftMs?: number;
  /** The wall clock, ms. */
  readonly clock: () => number;
  readonly onProgress?: (sentBytes: number, sizeBytes: number) => void;
}

export interface LoadedIntoSource extends LoadResult {
  readonly elapsedMs: number;
  /** The views whose stream values are complete only from the end of the load on; the rest comes from materialize. */
  readonly raisedMarkers: readonly string[];
}

/**
 * Loads a file of history into a source's archive. Before the first row is there, the stream marker of every view of the
 * source is raised to the end of the load: the stream has not seen those events.
 * Throws `invalid_request` (the instant, the file), `failed_precondition` (the load's name is taken).
 */
export async function loadIntoSource(
  servers: Servers,
  project: Project,
  source: EventSource,
  options: LoadIntoSourceOptions,
): Promise<LoadedIntoSource> {
  const views = viewsOn(project, source);
  checkCompleteUntil(views, options.completeUntilMs);
  const [offline, redis] = await Promise.all([servers.offline(), servers.redis()]);
  const raisedMarkers: string[] = [];
  const startedMs = options.clock();
  const result = await loadHistory(offline, {
    ...options,
    source,
    entityKeys: entityKeysOf(project, source),
    beforeRows: async () => {
      for (const { view, completeSinceMs } of completenessAfter(project, source, options.completeUntilMs)) {
        const marker = { completeSinceMs };
        const raised = await inEveryBucket(redis, (bucket) =>
          raiseViewMarkers(redis, bucket, view.id, marker),
        );
        if (raised.includes(true)) raisedMarkers.push(definitionName(view));
      }
    },
  });
  return { ...result, elapsedMs: options.clock() - startedMs, raisedMarkers };
}

/** A pair may have its first event in the load, and its last one the bound later. */
function completenessAfter(project: Project, source: EventSource, completeUntilMs: number) {
  const onPairs = viewsOnPairsOf(project, source).map(({ view, withinMs }) => ({
    view,
    completeSinceMs: ceilTo(completeUntilMs + withinMs, view.batch?.cutHopMs ?? HOUR_MS),
  }));
  return [
    ...viewsOn(project, source).map((view) => ({ view, completeSinceMs: completeUntilMs })),
    ...onPairs,
  ];
}

/** A cut is a multiple of its view's cut hop: a load that ends between two would hide its last part from every run. */
export function checkCompleteUntil(views: readonly AggregationView[], completeUntilMs: number): void {
  const hops = [...new Set(views.flatMap(({ batch }) => (batch === null ? [] : [batch.cutHopMs])))];
  const commonMs = hops.reduce(leastCommonMultiple, 1);
  if (completeUntilMs % commonMs === 0) return;
  const hopsText = hops
    .sort((a, b) => a - b)
    .map(formatDuration)
    .join(' and ');
  const [before, after] = [floorTo(completeUntilMs, commonMs), ceilTo(completeUntilMs, commonMs)];
  throw new ForebayError(
    'invalid_request',
    `complete until ${formatInstant(completeUntilMs)}: it is not a multiple of the cut hop ${hopsText} of the source's views; ` +
      `the nearest are ${formatInstant(before)} and ${formatInstant(after)}`,
  );
}

function leastCommonMultiple(a: number, b: number): number {
  let [divisor, rest] = [a, b];
  while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
  return (a / divisor) * b;
}
