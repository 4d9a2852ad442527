/** Every component of a view's states obeys the laws of mergeable states. FOREBAY_SEED gives other inputs. */
import {
  addToRow,
  type ColumnAccess,
  compileView,
  type FixedKind,
  foldColumn,
  LaneEvaluator,
  newVariableState,
  resetAccumulator,
  streamColumns,
  type VariableKind,
  type ViewLayout,
  writeCells,
  writeEmptyRow,
} from '@forebay/algebra';
import type { OperationName } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { generateSource, generateView, Random, type StateKind, stateLaws } from '@forebay/testkit';

const seed = Number(process.env.FOREBAY_SEED ?? 20_260_510);
const T = Date.UTC(2026, 4, 10);
const source = { ...generateSource(new Random(seed)), eventId: null };
const base = generateView(new Random(seed), source, 'hybrid');

/** A view with one feature, so that its states are those of one lane. */
function layoutOf(
  operation: OperationName,
  input: string | null,
  parameters: Record<string, number> = {},
): ViewLayout {
  const feature = {
    name: 'f',
    operation,
    input,
    by: null,
    filter: null,
    window: { kind: 'lifetime' },
    parameters,
    type: 'double',
    description: '',
  } as const;
  return compileView({ ...base, filter: null, derived: [], features: [feature] }, source);
}

interface Input {
  readonly row: readonly Value[];
  readonly at: number;
  readonly tie: number;
}

const VALUES: Readonly<Record<string, readonly Value[]>> = {
  i: [null, 0, 1, -7, 2 ** 31 - 1, -(2 ** 31)],
  big: [null, 0, -1, 2 ** 53 - 1, 2n ** 53n, 9_007_199_254_740_993n, 2n ** 63n - 1n, -(2n ** 63n)],
  x: [null, 0, 0.25, -1.75, 1e6, -1e6],
  s: [null, '', 'a', 'a\0', 'é', '😀', '\ufeff'],
  b: [null, true, false],
  seen: [null, T, T - 1, -1],
};

/** Few times and ties, so that events share them. */
function generateInput(random: Random, input: string | null): Input {
  const row = source.fields.map(({ name }) => (name === input ? random.pick(VALUES[name] as Value[]) : null));
  return { row, at: T + random.integer(3), tie: random.integer(3) };
}

function fixedKind(layout: ViewLayout, input: string | null, kind: FixedKind): StateKind<Input> {
  const evaluator = new LaneEvaluator(layout);
  const component = layout.fixed.find((each) => each.kind === kind) as ViewLayout['fixed'][number];
  const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    generate: (random) => generateInput(random, input),
    fold: (inputs) => {
      const state = new Uint8Array(layout.rowSize);
      writeEmptyRow(viewOf(state), 0, layout, 0, 0);
      for (const { row, at, tie } of inputs) {
        evaluator.evaluate(row);
        addToRow(viewOf(state), 0, layout, evaluator, at, { high: 0, low: tie });
      }
      return state;
    },
    merge: (states) => {
      const acc = new Float64Array(layout.slotCount);
      resetAccumulator(acc, layout);
      for (const state of states) {
        const columns = streamColumns(layout, viewOf(state));
        for (const [i, each] of layout.fixed.entries())
          foldColumn(acc, each, columns[i] as ColumnAccess, columns[each.countIndex] as ColumnAccess, 0, 1);
      }
      const merged = new Uint8Array(layout.rowSize);
      writeCells(viewOf(merged), 0, layout, acc);
      return merged;
    },
    show: (state) => {
      const number = (at: number) => viewOf(state).getFloat64(component.rowOffset + at, true);
      const count = viewOf(state).getFloat64(component.countRowOffset, true);
      if (kind === 'sum' && component.lane.integer)
        return `${count} ${BigInt(number(0)) + BigInt(number(8))}`;
      if (kind === 'sum') return `${count} ${Math.round(1e6 * (number(0) + number(8))) + 0}`;
      if (kind === 'moments') return `${count} ${showMoments(count, number(0), number(8))}`;
      return `${count} ${Buffer.from(state.subarray(component.rowOffset)).toString('hex')}`;
    },
  };
}

/** The mean as a share of what it is made of: near 0 all of its digits may be rounding; no spread where it is noise of the mean. */
function showMoments(count: number, mean: number, m2: number): string {
  const noise = count * (1e-14 * mean) ** 2;
  const share = Math.round((1e9 * mean) / (Math.abs(mean) + Math.sqrt(m2) + 1));
  return `${share + 0} ${m2 <= noise ? 0 : m2.toPrecision(9)}`;
}

function variableKind(layout: ViewLayout, input: string): StateKind<Input> {
  const state = newVariableState(layout.variable[0] as ViewLayout['variable'][number]);
  const index = source.fields.findIndex(({ name }) => name === input);
  return {
    generate: (random) => generateInput(random, input),
    fold: (inputs) => {
      state.reset();
      for (const { row, at, tie } of inputs)
        if (row[index] !== null) state.add(row[index] as Value, at, { high: 0, low: tie });
      return state.encode();
    },
    merge: (states) => {
      state.reset();
      for (const each of states) {
        // what is absorbed is copied, wherever in the memory of another it stands
        const memory = Uint8Array.from([9, 9, 9, ...each, 9]);
        state.absorb(memory, 3, each.length);
        memory.fill(0xff);
      }
      return state.encode();
    },
    show: (bytes) => Buffer.from(bytes).toString('hex'),
  };
}

const NUMERIC = ['i', 'big', 'x'] as const;
const ANY = ['i', 'big', 'x', 's', 'b', 'seen'] as const;
const COUNTED: Readonly<Record<FixedKind, readonly [OperationName, readonly (string | null)[]]>> = {
  count: ['count', [null, ...ANY]],
  sum: ['sum', NUMERIC],
  min: ['min', [...NUMERIC, 'seen']],
  max: ['max', [...NUMERIC, 'seen']],
  moments: ['variance', NUMERIC],
  first: ['first', [...NUMERIC, 'b', 'seen']],
  last: ['last', [...NUMERIC, 'b', 'seen']],
  max_time: ['time_since_last', [null, 'x']],
};
const VARIABLE: Readonly<
  Record<VariableKind, readonly [OperationName, readonly string[], readonly Record<string, number>[]]>
> = {
  first_string: ['first', ['s'], [{}]],
  last_string: ['last', ['s'], [{}]],
  last_n: ['last_n', ANY, [{ n: 1 }, { n: 4 }]],
  distinct: ['distinct_count', ['i', 'big', 's', 'b', 'seen'], [{ exact: 0 }, { exact: 2 }, { exact: 256 }]],
};

for (const [kind, [operation, inputs]] of Object.entries(COUNTED)) {
  for (const input of inputs)
    stateLaws(
      `${kind} of ${input ?? 'rows'}`,
      fixedKind(layoutOf(operation, input), input, kind as FixedKind),
      seed,
    );
}
for (const [kind, [operation, inputs, parameters]] of Object.entries(VARIABLE)) {
  for (const input of inputs) {
    for (const given of parameters)
      stateLaws(
        `${kind} of ${input} ${JSON.stringify(given)}`,
        variableKind(layoutOf(operation, input, given), input),
        seed,
      );
  }
}
