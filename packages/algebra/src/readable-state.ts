/** The state of each kind of component as a person reads it: what of it the result is made from. */
import { joinInt64 } from './fixed-cells';
import type { FixedComponent, FixedKind, VariableComponent, VariableKind } from './layout';
import { type ItemLimit, type Readable, readableInstant, readableNumber, readableValue } from './readable';
import type { StateOf, VariableState } from './variable-state';

/** What stands in a component's slots (see accumulator.ts) after at least one event. */
const FIXED = {
  count: (acc, { slot }) => at(acc, slot),
  sum: (acc, { slot }) => ({
    sum: readableNumber(at(acc, slot) + at(acc, slot + 1)),
    high: at(acc, slot),
    low: at(acc, slot + 1),
  }),
  min: held,
  max: held,
  moments: (acc, { slot }) => ({ mean: at(acc, slot + 1), m2: at(acc, slot + 2) }),
  skew: (acc, { slot }) => ({ mean: at(acc, slot + 1), m2: at(acc, slot + 2), m3: at(acc, slot + 3) }),
  first: end,
  last: end,
  max_time: (acc, { slot }) => readableInstant(at(acc, slot)),
  decayed_sum: decayed,
  decayed_count: decayed,
} as const satisfies Record<FixedKind, (acc: Float64Array, component: FixedComponent) => Readable>;

export function readableFixed(acc: Float64Array, component: FixedComponent): Readable {
  return FIXED[component.kind](acc, component);
}

const at = (acc: Float64Array, slot: number) => acc[slot] as number;

function held(acc: Float64Array, { slot, lane }: FixedComponent): Readable {
  return valueAt(acc, slot, lane.cell === 'int64');
}

function end(acc: Float64Array, { slot, lane }: FixedComponent): Readable {
  return {
    value: valueAt(acc, slot + 3, lane.cell === 'int64'),
    event_time: readableInstant(at(acc, slot)),
    tie: String((BigInt(at(acc, slot + 1) >>> 0) << 32n) | BigInt(at(acc, slot + 2) >>> 0)),
  };
}

function decayed(acc: Float64Array, { slot, parameter }: FixedComponent): Readable {
  return {
    at_newest: at(acc, slot + 1),
    newest_event_time: readableInstant(at(acc, slot)),
    half_life_ms: parameter,
  };
}

function valueAt(acc: Float64Array, slot: number, isInt64: boolean): Readable {
  return readableNumber(isInt64 ? joinInt64(at(acc, slot), at(acc, slot + 1)) : at(acc, slot));
}

/** What a state holds that has absorbed something; `limit` bounds the items that are shown. */
type Describe<Kind extends VariableKind> = (
  state: StateOf<Kind>,
  limit: ItemLimit,
  component: VariableComponent,
) => { readonly [name: string]: Readable };

const VARIABLE: { readonly [Kind in VariableKind]: Describe<Kind> } = {
  first_string: (state, limit) => ({ value: readableValue(state.result(), limit) }),
  last_string: (state, limit) => ({ value: readableValue(state.result(), limit) }),
  first_n: values,
  last_n: values,
  distinct: (state) => ({
    distinct: state.result(),
    held_as: state.isExact ? 'hashes' : 'registers',
  }),
  quantile: (state) => ({
    count: state.count,
    min: state.min,
    median: state.quantile(0.5),
    max: state.max,
  }),
  histogram: (state, limit, { bounds }) => ({
    counts: readableValue(state.result(), limit),
    bounds: limit.take(bounds),
  }),
  category_counts: (state, limit) =>
    state.isOverflown
      ? { overflow: true }
      : { keys: state.counts().size, largest: largest(state.counts(), limit) },
  category_sums: (state, limit) =>
    state.isOverflown
      ? { overflow: true }
      : {
          keys: state.counts().size,
          largest: largest(state.counts(), limit),
          sums: readableValue(state.sums(), limit),
        },
  session: (state) => ({
    runs: state.runs,
    last_run_events: state.lastEvents,
    last_run_ms: state.lastDurationMs,
  }),
  session_sum: (state) => ({
    runs: state.runs,
    last_run_events: state.lastEvents,
    last_run_sum: readableNumber(state.lastSum),
  }),
};

/** `sizeBytes`: of the encoded state, or of all of them that were merged. */
export function readableVariable(
  state: VariableState,
  component: VariableComponent,
  sizeBytes: number,
  limit: ItemLimit,
): Readable {
  const describe = VARIABLE[component.kind] as Describe<VariableKind>;
  return { ...describe(state as StateOf<VariableKind>, limit, component), size_bytes: sizeBytes };
}

function values(state: StateOf<'first_n'>, limit: ItemLimit) {
  const all = state.result();
  return { held: all.length, values: readableValue(all, limit) };
}

/** Pairs, since an object does not keep the order of keys that look like integers. */
function largest(counts: ReadonlyMap<string | number | bigint, number>, limit: ItemLimit): Readable {
  const byCount = [...counts].sort(([, a], [, b]) => b - a);
  return limit.take(byCount).map(([key, count]) => [limit.text(String(key)), count]);
}
