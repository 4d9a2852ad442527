import type { OtherValue } from '@forebay/algebra';
import type { ColumnPlace, Experiment, PlannedVariant } from '../plan/experiment';
import type { ServicePlan } from '../plan/plan';
import { int64Of } from '../response/map-message';
import { type FeatureVectors, MAX_REASONS, type ViewTimes } from './feature-vectors';

const NEVER = Number.NEGATIVE_INFINITY;

/** The rows of an answer that one variant has. */
export interface VariantAnswer {
  readonly variant: PlannedVariant;
  /** Which rows of the request they are, ascending. */
  readonly rows: readonly number[];
  readonly vectors: FeatureVectors;
}

/** Puts the rows of all variants in their places: one answer with the columns of the service. Takes at least one part. */
export function mergeVariants(
  plan: ServicePlan,
  { places }: Experiment,
  rows: number,
  parts: readonly VariantAnswer[],
): FeatureVectors {
  const [first] = parts as readonly [VariantAnswer, ...VariantAnswer[]];
  const names = parts.map(({ variant }) => variant.name);
  const { asOfMs, includeLayout } = first.vectors;
  const newestEventsMs = mergedNewestEvents(plan, rows, parts);
  if (parts.length === 1 && first.variant.places === null)
    return { ...first.vectors, plan, newestEventsMs, variants: { names, ofRows: null } };
  const block = new Uint8Array(rows * plan.blockWidth * 8);
  const statuses = new Uint8Array(rows * plan.columnCount);
  const typed = plan.typed.map(() => new Array<OtherValue | null>(rows).fill(null));
  const ofRows = new Uint8Array(rows);
  parts.forEach((part, index) => {
    for (const row of part.rows) ofRows[row] = index;
    placeRows(part, places, { plan, block, statuses, typed });
  });
  return {
    plan,
    asOfMs,
    rows,
    block,
    statuses,
    allPresent: parts.every(({ vectors }) => vectors.allPresent),
    typed,
    views: mergedTimes(parts.flatMap(({ vectors }) => vectors.views)),
    degraded: parts
      .flatMap(({ vectors, rows: of }) =>
        vectors.degraded.map((each) => ({ ...each, row: of[each.row] as number })),
      )
      .sort((a, b) => a.row - b.row)
      .slice(0, MAX_REASONS),
    includeLayout,
    newestEventsMs,
    requestId: '',
    builder: null,
    generation: 0,
    variants: { names, ofRows: parts.length === 1 ? null : ofRows },
  };
}

interface Target {
  readonly plan: ServicePlan;
  readonly block: Uint8Array;
  readonly statuses: Uint8Array;
  readonly typed: readonly (OtherValue | null)[][];
}

function placeRows(part: VariantAnswer, places: readonly ColumnPlace[], target: Target): void {
  const { variant, vectors, rows } = part;
  const { plan, block, statuses, typed } = target;
  const own = variant.plan;
  rows.forEach((row, from) => {
    const { columnCount } = plan;
    statuses.set(vectors.statuses.subarray(from * columnCount, (from + 1) * columnCount), row * columnCount);
    const numbers = vectors.block.subarray(from * own.blockWidth * 8, (from + 1) * own.blockWidth * 8);
    const start = row * plan.blockWidth * 8;
    if (variant.places === null) {
      block.set(numbers, start);
      for (let i = 0; i < typed.length; i++)
        (typed[i] as (OtherValue | null)[])[row] = vectors.typed[i]?.[from] ?? null;
      return;
    }
    for (let column = 0; column < columnCount; column++) {
      const source = variant.places[column] as ColumnPlace;
      const place = places[column] as ColumnPlace;
      const number = numbers.subarray(source.block * 8, (source.block + 1) * 8);
      if (place.block >= 0) block.set(number, start + place.block * 8);
      else {
        const value = source.typed >= 0 ? vectors.typed[source.typed]?.[from] : integerOf(number);
        (typed[place.typed] as (OtherValue | null)[])[row] = value ?? null;
      }
    }
  });
}

/** A number of the float64 block as an int64; NaN is null. */
function integerOf(bytes: Uint8Array): number | bigint | null {
  const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  return Number.isNaN(value) ? null : int64Of(value);
}

/** Each view once: where variants have read it at different moments, the older of what they found; the newest event of all rows. */
function mergedTimes(all: readonly ViewTimes[]): ViewTimes[] {
  const merged = new Map<string, ViewTimes>();
  for (const times of all) {
    const { label } = times.view.readable;
    const other = merged.get(label) ?? times;
    const older = isOlder(times, other) ? times : other;
    const newest = Math.max(times.newestEventMs ?? NEVER, other.newestEventMs ?? NEVER);
    merged.set(label, { ...older, newestEventMs: newest === NEVER ? null : newest });
  }
  return [...merged.values()];
}

function isOlder(times: ViewTimes, than: ViewTimes): boolean {
  if (times.freshnessMs === null || than.freshnessMs === null) return times.freshnessMs === null;
  return times.freshnessMs > than.freshnessMs;
}

/** By the views of the service's plan, which are those of its first variant: that of the view that the same column is from. */
function mergedNewestEvents(
  plan: ServicePlan,
  rows: number,
  parts: readonly VariantAnswer[],
): Float64Array | null {
  if (parts.some(({ vectors }) => vectors.newestEventsMs === null)) return null;
  const times = new Float64Array(rows * plan.views.length).fill(Number.NaN);
  for (const { variant, rows: of, vectors } of parts) {
    const own = variant.plan.views;
    const sources = plan.views.map(({ columns }) => {
      const column = columns.statuses[0]?.at;
      return own.findIndex(({ columns: { statuses } }) =>
        statuses.some(({ at, count }) => column !== undefined && column >= at && column < at + count),
      );
    });
    of.forEach((row, from) => {
      sources.forEach((source, view) => {
        const time = source < 0 ? undefined : vectors.newestEventsMs?.[from * own.length + source];
        times[row * plan.views.length + view] = time ?? Number.NaN;
      });
    });
  }
  return times;
}
