import type { Value } from '@forebay/expressions';
import { CategoryState } from './category-state';
import { DistinctState } from './distinct-state';
import { EndValuesState } from './end-values-state';
import { HistogramState } from './histogram-state';
import type { CellType } from './layout';
import { QuantileState } from './quantile-state';
import { SessionState } from './session-state';
import { StringEndState } from './string-end-state';
import type { VariableState } from './variable-state';

const TEXTS: readonly Value[] = ['', 'a', 'ab', 'é', 'x'.repeat(100), '\ufeff'];
const NUMBERS: readonly Value[] = [0, -1, 7, 2 ** 40];

const STATES: readonly [string, () => VariableState, readonly Value[]][] = [
  ['the first string', () => new StringEndState(-1), TEXTS],
  ['the last string', () => new StringEndState(1), TEXTS],
  ...([-1, 1] as const).flatMap((sign) => [
    ...(['float64', 'int64'] as const).map(
      (cell: CellType): [string, () => VariableState, readonly Value[]] => [
        `the ${sign < 0 ? 'first' : 'last'} 2 of ${cell}`,
        () => new EndValuesState(sign, 2, cell),
        NUMBERS,
      ],
    ),
    [
      `the ${sign < 0 ? 'first' : 'last'} 3 strings`,
      () => new EndValuesState(sign, 3, 'string'),
      TEXTS,
    ] satisfies [string, () => VariableState, readonly Value[]],
  ]),
  ['distinct strings, exact', () => new DistinctState(100), TEXTS],
  ['distinct numbers, beyond what is exact', () => new DistinctState(2), NUMBERS],
  ['buckets', () => new QuantileState(), [...NUMBERS, 0.1, 2n ** 63n - 1n]],
  ['bins', () => new HistogramState([-1, 0, 5]), NUMBERS],
  ['counts by text', () => new CategoryState(9, 'string', false), TEXTS],
  ['counts by number', () => new CategoryState(9, 'int64', false), [...NUMBERS, -(2n ** 63n), true]],
  ['counts by more texts than allowed', () => new CategoryState(3, 'string', false), TEXTS],
  ['sums by text', () => new CategoryState(9, 'string', true), [...NUMBERS, 2n ** 53n + 1n, 0.1]],
  ['runs', () => new SessionState(3, false), NUMBERS],
  ['runs and their sums', () => new SessionState(2, true), [...NUMBERS, 2n ** 53n + 1n]],
];

/** A walk over values, times and ties that repeats some of each. */
function events(values: readonly Value[]) {
  return Array.from({ length: 200 }, (_, i) => ({
    value: values[(i * 7) % values.length] as Value,
    timeMs: 1_000 + ((i * 13) % 50),
    tie: { high: (i * 5) % 2, low: (i * 11) % 3 },
    category: TEXTS[(i * 17) % TEXTS.length] as Value,
  }));
}

describe.each(STATES)('%s', (_name, newState, values) => {
  it('added to encoded bytes are those of absorbing, adding and encoding', () => {
    const fast = newState();
    const slow = newState();
    let held: Uint8Array = new Uint8Array(0);
    let expected: Uint8Array = new Uint8Array(0);
    for (const { value, timeMs, tie, category } of events(values)) {
      held = fast.addTo(held, value, timeMs, tie, category);
      slow.reset();
      slow.absorb(expected, 0, expected.length);
      slow.add(value, timeMs, tie, category);
      expected = slow.encode();
      expect([...held]).toEqual([...expected]);
    }
  });

  it('write nothing outside of the state that they take over', () => {
    const state = newState();
    const list = events(values);
    let held: Uint8Array = new Uint8Array(0);
    for (const { value, timeMs, tie, category } of list.slice(0, 20))
      held = state.addTo(held, value, timeMs, tie, category);
    const memory = new Uint8Array(held.length + 16).fill(0xaa);
    memory.set(held, 8);
    let inside: Uint8Array = memory.subarray(8, 8 + held.length);
    for (const { value, timeMs, tie, category } of list.slice(20))
      inside = state.addTo(inside, value, timeMs + 1, tie, category);
    expect([...memory.subarray(0, 8), ...memory.subarray(8 + held.length)]).toEqual(new Array(16).fill(0xaa));
  });
});
