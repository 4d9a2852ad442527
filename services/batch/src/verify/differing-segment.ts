/** Which stored segment of a value is another than its events make. */
import {
  ExplainedFold,
  type ExplainedSegment,
  ItemLimit,
  type Readable,
  readableValue,
  type ViewLayout,
} from '@forebay/algebra';
import { formatInstant, SECOND_MS } from '@forebay/contract';
import { type HeldEvents, type OfflineStore, recomputeValues } from '@forebay/offline-store';
import { isSame } from './compare-values';
import type { OnlineEntity } from './online-values';

/** Of what states tell; a difference beyond it is told as one of the segment's events. */
const SHOWN_ITEMS = 1_000;

export interface Suspect {
  readonly online: OnlineEntity;
  readonly held: HeldEvents;
  readonly tMs: number;
  /** Index of the feature. */
  readonly feature: number;
  readonly tolerance: number;
}

/**
 * The newest stored segment whose events, or states of the feature, are others than those that are recomputed for its time; null: there is
 * none. Segments within one second are told as one.
 */
export async function differingSegment(
  store: OfflineStore,
  layouts: { readonly stored: ViewLayout; readonly asOf: ViewLayout },
  { online, held, tMs, feature, tolerance }: Suspect,
  signal: AbortSignal,
): Promise<string | null> {
  const limit = new ItemLimit(SHOWN_ITEMS);
  const asked = {
    feature,
    limit,
    show: (value: Parameters<typeof readableValue>[0]) => readableValue(value, limit),
  };
  const context = { tMs, ...online.clocks };
  const stored = new ExplainedFold(layouts.stored).explain(online.parts, context, asked);
  const boundaries = stored.segments.flatMap(({ startMs, endMs }) => [startMs, endMs]);
  const { lists } = await recomputeValues(store, layouts.asOf, [held], tMs, { boundaries, signal });
  const batch = lists.get(online.key) ?? null;
  const parts = { stream: null, open: null, sealed: null, batch };
  const recomputed = new ExplainedFold(layouts.asOf).explain(parts, asOfContext(tMs), asked);
  for (const [from, to] of intervals(stored.edgeMs, tMs, boundaries)) {
    const ofInterval = ({ startMs, endMs }: ExplainedSegment) => startMs < to && endMs > from;
    const a = stored.segments.filter(ofInterval);
    const b = recomputed.segments.filter(ofInterval);
    if (!areSame(a, b, tolerance)) return describe(from, to, a, b);
  }
  return null;
}

/** What a value that speaks of t alone is read with. */
export function asOfContext(tMs: number) {
  return {
    tMs,
    serverClockMs: tMs,
    completeSinceMs: Number.NEGATIVE_INFINITY,
    batchMarker: { cutMs: tMs, qMs: tMs, coverageBeginMs: Number.NEGATIVE_INFINITY },
    progressMs: tMs,
  };
}

/** The newest first. */
function intervals(fromMs: number, toMs: number, boundaries: readonly number[]): [number, number][] {
  const inside = boundaries.filter((at) => at > fromMs && at < toMs && at % SECOND_MS === 0);
  const edges = [...new Set([fromMs, ...inside, toMs])].sort((a, b) => b - a);
  return edges.slice(1).map((from, i) => [from, edges[i] as number]);
}

function areSame(a: readonly ExplainedSegment[], b: readonly ExplainedSegment[], tolerance: number): boolean {
  const counted = (all: readonly ExplainedSegment[]) => all.reduce((sum, one) => sum + one.counted, 0);
  if (counted(a) !== counted(b)) return false;
  const [one, other] = [a[0], b[0]];
  if (a.length !== 1 || b.length !== 1 || one === undefined || other === undefined) return true;
  return areSameStates(one.states, other.states, tolerance);
}

/** States hold sums besides what is compared exactly: a share of a billionth is never a difference. */
function areSameStates(a: Readable, b: Readable, tolerance: number): boolean {
  const near = Math.max(tolerance, 1e-9);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    const [x, y] = [Number(a), Number(b)];
    return Number.isNaN(x) || Number.isNaN(y) ? a === b : isSame(x, y, near);
  }
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  const at = (of: Readable, key: string) => (of as { readonly [name: string]: Readable })[key] ?? null;
  return (
    keys.length === others.length && keys.every((key) => areSameStates(at(a, key), at(b, key), tolerance))
  );
}

function describe(
  fromMs: number,
  toMs: number,
  stored: readonly ExplainedSegment[],
  recomputed: readonly ExplainedSegment[],
): string {
  const text = (all: readonly ExplainedSegment[]) =>
    all.length === 0
      ? 'nothing'
      : all
          .map(
            ({ counted, states }) => `${counted} event${counted === 1 ? '' : 's'} ${JSON.stringify(states)}`,
          )
          .join(' and ');
  const where = [...new Set(stored.map(({ from }) => from))].join(' and ') || 'no';
  const from = Number.isFinite(fromMs) ? formatInstant(fromMs) : 'the beginning';
  return `${where} segment from ${from} to ${formatInstant(toMs)}: stored ${text(stored)}; recomputed ${text(recomputed)}`;
}
