/** The states of every operation obey the laws of mergeable states. FOREBAY_SEED gives other inputs. */
import {
  addToRow,
  type ColumnAccess,
  compileView,
  type FeaturePlan,
  foldColumn,
  LaneEvaluator,
  newVariableState,
  newViewOutput,
  resetAccumulator,
  streamColumns,
  type VariableState,
  type ViewLayout,
  WindowFeatures,
  writeCells,
  writeEmptyRow,
} from '@forebay/algebra';
import type { AggregationFeature, EventSource, OperationName, Window } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { type Random, type StateKind, stateLaws } from '@forebay/testkit';

const seed = Number(process.env.FOREBAY_SEED ?? 20_260_510);
const METADATA = { owner: '', description: '', tags: {} };
const T = Date.UTC(2026, 4, 10);
const HOUR_MS = 3_600_000;
const GAP_MS = 60_000;
const HALF_LIFE_MS = 1_000;

const source: EventSource = {
  id: 1,
  name: 'events',
  topic: 'events',
  table: 'events',
  fields: [
    { name: 'time', type: 'timestamp' },
    { name: 'i', type: 'int32' },
    { name: 'big', type: 'int64' },
    { name: 'x', type: 'double' },
    { name: 's', type: 'string' },
    { name: 'b', type: 'bool' },
    { name: 'seen', type: 'timestamp' },
  ],
  eventTime: 'time',
  eventId: null,
  knownAt: null,
  allowedLatenessMs: HOUR_MS,
  maxClockSkewMs: 300_000,
  maxStalenessMs: 60_000,
  dedupeMs: null,
  partitions: 1,
  archiveOrder: [],
  metadata: METADATA,
};

/** Sums of the doubles are exact in any order. */
const VALUES: Readonly<Record<string, readonly Value[]>> = {
  i: [null, 0, 1, -7, 2 ** 31 - 1, -(2 ** 31)],
  big: [null, 0, -1, 2 ** 53 - 1, 2n ** 53n, 9_007_199_254_740_993n, 2n ** 63n - 1n, -(2n ** 63n)],
  x: [null, 0, 0.25, -1.75, 1e6, -1e6],
  s: [null, '', 'a', 'a\0', 'é', '😀', '\ufeff'],
  b: [null, true, false],
  seen: [null, T, T - 1, -1],
};

interface Case {
  readonly inputs: readonly (string | null)[];
  readonly by?: readonly string[];
  readonly parameters?: readonly Readonly<Record<string, number>>[];
  readonly window?: Window;
  /** The steps of the events' times: few, so that events share them. */
  readonly stepMs?: number;
  readonly steps?: number;
  /** States are equal in the values that they give, to so many digits in all or after the point: addition rounds. */
  readonly rounds?: 'digits' | 'decimals';
}

const NUMERIC = ['i', 'big', 'x'];
const HASHABLE = ['i', 'big', 's', 'b', 'seen'];
const ANY = [...HASHABLE, 'x'];
const ENDS = [{ n: 1 }, { n: 4 }];
const KEYS = [{ max_keys: 3 }, { max_keys: 1_024 }];
const DECAY = { parameters: [{ half_life_ms: HALF_LIFE_MS }], stepMs: HALF_LIFE_MS };
const SESSION: Omit<Case, 'inputs'> = {
  window: { kind: 'session', gapMs: GAP_MS, lengthMs: HOUR_MS, hopMs: HOUR_MS },
  stepMs: GAP_MS / 3,
  steps: 20,
};

const CASES: Readonly<Record<OperationName, Case>> = {
  count: { inputs: [null, ...ANY] },
  sum: { inputs: NUMERIC, rounds: 'digits' },
  mean: { inputs: NUMERIC, rounds: 'digits' },
  min: { inputs: [...NUMERIC, 'seen'] },
  max: { inputs: [...NUMERIC, 'seen'] },
  variance: { inputs: NUMERIC, rounds: 'digits', parameters: [{ sample: 0 }] },
  stddev: { inputs: NUMERIC, rounds: 'digits', parameters: [{ sample: 1 }] },
  skewness: { inputs: NUMERIC, rounds: 'decimals' },
  first: { inputs: ANY },
  last: { inputs: ANY },
  first_n: { inputs: ANY, parameters: ENDS },
  last_n: { inputs: ANY, parameters: ENDS },
  distinct_count: { inputs: HASHABLE, parameters: [{ exact: 0 }, { exact: 2 }, { exact: 256 }] },
  quantile: { inputs: NUMERIC, parameters: [{ q: 0.5 }] },
  quantiles: { inputs: NUMERIC, parameters: [{ q0: 0, q1: 0.9, q2: 1 }] },
  top_k: { inputs: HASHABLE, parameters: KEYS.map((keys) => ({ k: 2, ...keys })) },
  histogram: { inputs: NUMERIC, parameters: [{ b0: -1, b1: 0, b2: 1e6 }] },
  count_by: { inputs: HASHABLE, parameters: KEYS },
  sum_by: { inputs: NUMERIC, by: ['big', 's'], parameters: KEYS, rounds: 'digits' },
  mean_by: { inputs: ['big', 'x'], by: ['b', 's'], parameters: KEYS, rounds: 'digits' },
  decayed_sum: { inputs: ['i', 'x'], ...DECAY },
  decayed_count: { inputs: [null, 's'], ...DECAY },
  rate: { inputs: [null, 'x'], window: { kind: 'sliding', lengthMs: HOUR_MS, hopMs: HOUR_MS } },
  time_since_last: { inputs: [null, 'x'] },
  session_events: { inputs: [null, 's'], ...SESSION },
  session_sum: { inputs: NUMERIC, rounds: 'digits', ...SESSION },
  session_duration: { inputs: [null], ...SESSION },
  session_count: { inputs: [null], ...SESSION },
};

/** A view with one feature, so that its states are those of one lane. */
function layoutOf(feature: AggregationFeature): ViewLayout {
  return compileView(
    {
      id: 1,
      name: 'v',
      version: 1,
      entity: 'e',
      source: source.name,
      keyFields: [],
      filter: null,
      derived: [],
      features: [feature],
      batch: null,
      stream: { retentionMs: HOUR_MS },
      schedule: null,
      metadata: METADATA,
      fingerprint: '',
    },
    source,
  );
}

interface Input {
  readonly row: readonly Value[];
  readonly at: number;
  readonly tie: number;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The state of a lane: its cells as a stream row, then its state of variable length, if it has one. */
function laneKind(layout: ViewLayout, { stepMs = 1, steps = 3, rounds }: Case): StateKind<Input> {
  const { rowSize } = layout;
  const evaluator = new LaneEvaluator(layout);
  const component = layout.variable[0];
  const state = component === undefined ? null : newVariableState(component);
  const join = (row: Uint8Array) => Uint8Array.of(...row, ...(state?.encode() ?? []));
  return {
    generate: (random: Random) => ({
      row: source.fields.map(({ name }) => (name === 'time' ? null : random.pick(VALUES[name] as Value[]))),
      at: T + stepMs * random.integer(steps),
      tie: random.integer(3),
    }),
    fold: (inputs) => {
      const row = new Uint8Array(rowSize);
      writeEmptyRow(viewOf(row), 0, layout, 0, 0);
      state?.reset();
      for (const { row: values, at, tie } of inputs) {
        evaluator.evaluate(values);
        const words = { high: 0, low: tie };
        addToRow(viewOf(row), 0, layout, evaluator, at, words);
        if (evaluator.taken[0])
          state?.add(evaluator.values[0] as Value, at, words, evaluator.categories[0] as Value);
      }
      viewOf(row).setUint32(12, 0, true);
      return join(row);
    },
    merge: (states) => {
      const row = new Uint8Array(rowSize);
      writeEmptyRow(viewOf(row), 0, layout, 0, 0);
      writeCells(viewOf(row), 0, layout, absorb(layout, state, states));
      return join(row);
    },
    show: (bytes) =>
      rounds ? showValue(layout, state, bytes, rounds) : Buffer.from(bytes.subarray(16)).toString('hex'),
  };
}

/** Leaves the merge of states in the accumulator and in the state of variable length. */
function absorb(
  layout: ViewLayout,
  state: VariableState | null,
  states: readonly Uint8Array[],
): Float64Array {
  const acc = new Float64Array(layout.slotCount);
  resetAccumulator(acc, layout);
  state?.reset();
  for (const each of states) {
    const columns = streamColumns(layout, viewOf(each));
    for (const [i, component] of layout.fixed.entries())
      foldColumn(
        acc,
        component,
        columns[i] as ColumnAccess,
        columns[component.countIndex] as ColumnAccess,
        0,
        1,
      );
    // what is absorbed is copied, wherever in the memory of another it stands
    const memory = Uint8Array.from([9, 9, 9, ...each.subarray(layout.rowSize), 9]);
    state?.absorb(memory, 3, memory.length - 4);
    memory.fill(0xff);
  }
  return acc;
}

/** The feature's value, as exact as sums in another order are. */
function showValue(
  layout: ViewLayout,
  state: VariableState | null,
  bytes: Uint8Array,
  rounds: 'digits' | 'decimals',
): string {
  const plan = layout.features[0] as FeaturePlan;
  const out = newViewOutput(layout);
  const acc = absorb(layout, state, [bytes]);
  new WindowFeatures([plan]).emit(acc, state === null ? [] : [state], T + HOUR_MS / 6, null, out);
  const value = out.others[0] ?? out.numbers[0];
  const shown = value instanceof Map ? [...value] : value;
  return JSON.stringify([out.reason, shown], (_key, inner) => {
    if (typeof inner === 'bigint') return String(inner);
    if (typeof inner !== 'number') return inner;
    return rounds === 'digits' ? Number(inner.toPrecision(9)) : Math.round(1e8 * inner) + 0;
  });
}

for (const [operation, each] of Object.entries(CASES)) {
  for (const input of each.inputs) {
    for (const by of each.by ?? [null]) {
      for (const parameters of each.parameters ?? [{}]) {
        const feature = {
          name: 'f',
          operation: operation as OperationName,
          input,
          by,
          filter: null,
          window: each.window ?? ({ kind: 'lifetime' } as const),
          parameters,
          type: 'double',
          description: '',
        } as const;
        const name = `${operation} of ${input ?? 'rows'}${by === null ? '' : ` by ${by}`} ${JSON.stringify(parameters)}`;
        stateLaws(name, laneKind(layoutOf(feature), each), seed);
      }
    }
  }
}
