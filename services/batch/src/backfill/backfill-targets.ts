/** What a backfill fills, how the views' events are spread, and which history they reach. */
import { compileView } from '@forebay/algebra';
import { ForebayError, type Message } from '@forebay/contract';
import { type AggregationView, definitionName, type EventSource, sourceOf } from '@forebay/definitions';
import type { Payload } from '@forebay/jobs';
import {
  boundariesOf,
  eventsByMonth,
  type OfflineStore,
  type StagedKey,
  stagedKeys,
  type TimeSlice,
} from '@forebay/offline-store';
import { registeredView } from '../registered-view';
import { type SegmentsDependencies, SegmentsRun } from '../segments-run';
import { slicesOf } from './slices';

/** A view that is filled. */
export interface Target {
  readonly view: AggregationView;
  readonly source: EventSource;
  readonly run: SegmentsRun;
}

/** Throws `invalid_request` for none, or views of several sources. */
export async function backfillTargets(
  dependencies: SegmentsDependencies,
  { project, views }: Pick<Payload<'backfill'>, 'project' | 'views'>,
): Promise<[Target, ...Target[]]> {
  const targets: Target[] = [];
  for (const view of views) targets.push(await backfillTarget(dependencies, project, view));
  const [first, ...others] = targets;
  if (first === undefined)
    throw new ForebayError('invalid_request', 'the backfill names no view: name those to fill');
  const other = others.find(({ source }) => source.id !== first.source.id);
  if (other !== undefined)
    throw new ForebayError(
      'invalid_request',
      `views "${definitionName(first.view)}" and "${definitionName(other.view)}" are of different sources, ` +
        `"${first.source.name}" and "${other.source.name}": a backfill reads one; queue one for each`,
    );
  return [first, ...others];
}

/** Throws `invalid_request` for a table view. */
export async function backfillTarget(
  dependencies: SegmentsDependencies,
  project: string,
  { view, version }: Pick<Message<'ViewName'>, 'view' | 'version'>,
): Promise<Target> {
  const { project: read, found } = await registeredView(dependencies.redis, { project, view, version });
  if (found.kind === 'table view')
    throw new ForebayError(
      'invalid_request',
      `view "${view}@${version}" is a table view: its rows are values already; run "forebay materialize --view ${view}@${version} --full"`,
    );
  const source = sourceOf(read, found.view);
  const run = new SegmentsRun(dependencies, { project: read.name, view: found.view, source });
  return { view: found.view, source, run };
}

/** All that some window of a view reaches, up to the latest cut. */
export async function reachedSlices(
  offline: OfflineStore,
  targets: readonly Target[],
  plans: readonly Message<'MaterializePlan'>[],
  most: number,
): Promise<TimeSlice[]> {
  const begins = targets.map(({ view, source }, i) => {
    const layout = compileView(view, source);
    const { run_clock_ms: qMs, cut_ms: cutMs } = plans[i] as Message<'MaterializePlan'>;
    return layout.hasLifetime ? null : (boundariesOf(layout, { qMs, cutMs })[0] as number);
  });
  const fromMs = begins.includes(null) ? null : Math.min(...(begins as number[]));
  const untilMs = Math.max(...plans.map((plan) => plan.cut_ms));
  const [{ source }] = targets as [Target];
  const months = await eventsByMonth(offline, source, fromMs, untilMs);
  return slicesOf(months, { fromMs, untilMs, most });
}

/** The different lists of keys by which the views' events are spread, and the number of each view's list. Empty: they cannot be staged. */
export function entitiesOf(
  targets: readonly Target[],
  offline: OfflineStore,
): { readonly entities: StagedKey[][]; readonly numbers: number[] } {
  const entities = new Map<string, StagedKey[]>();
  const numbers: number[] = [];
  for (const { view, source } of targets) {
    const keys = stagedKeys(compileView(view, source), offline);
    if (keys === null) return { entities: [], numbers: [] };
    const name = JSON.stringify(keys.map((key) => key.name));
    if (!entities.has(name)) entities.set(name, keys);
    numbers.push([...entities.keys()].indexOf(name));
  }
  return { entities: [...entities.values()], numbers };
}
