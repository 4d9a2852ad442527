/** States in slots beside the same states in rows: one algebra, two forms. */
import { foldColumn, resetAccumulator } from './accumulator';
import type { ColumnAccess } from './column-access';
import { layoutOf, lifetime, NOON } from './entity.fixture';
import { addToRow, writeEmptyRow } from './fixed-cells';
import { LaneEvaluator } from './lane-inputs';
import type { ViewLayout } from './layout';
import { SlotAlgebra } from './slot-algebra';
import { streamColumns } from './stream-columns';

const OPERATIONS = ['count', 'sum', 'min', 'max', 'variance', 'skewness', 'first', 'last'] as const;

/** Every component of fixed size, of an int32, an int64 and a double. */
const layout = layoutOf(
  [
    ...['i', 'big', 'x'].flatMap((input) =>
      OPERATIONS.map((operation) => ({
        operation,
        input: operation === 'count' ? null : input,
        window: lifetime,
      })),
    ),
    { operation: 'time_since_last', window: lifetime },
    { operation: 'decayed_sum', input: 'x', window: lifetime, parameters: { half_life_ms: 60_000 } },
    { operation: 'decayed_count', window: lifetime, parameters: { half_life_ms: 3_600_000 } },
  ],
  { batch: null },
);

const NUMBERS = [0, -1, 7, 2 ** 31 - 1, null];
const LARGE = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, 5n, null];
const DOUBLES = [0.1, -1e15, 1e15, 3, null];

/** `[from, to)` of a history with ties, nulls and events that are out of order. */
function addEvents(
  from: number,
  to: number,
  add: (evaluator: LaneEvaluator, timeMs: number, tie: number) => void,
) {
  const evaluator = new LaneEvaluator(layout);
  for (let i = from; i < to; i++) {
    const timeMs = NOON + ((i * 7_919) % 13) * 1_000;
    const large = LARGE[(i * 3) % 5] as bigint | null;
    const big = large !== null && Number.isSafeInteger(Number(large)) ? Number(large) : large;
    evaluator.evaluate([
      timeMs,
      'a',
      NUMBERS[i % 5] as number | null,
      big,
      DOUBLES[(i * 2) % 5] as number | null,
      '',
      true,
    ]);
    add(evaluator, timeMs, (i * 31) % 4);
  }
}

function rowState(from: number, to: number): { view: DataView; columns: ColumnAccess[] } {
  const view = new DataView(new ArrayBuffer(layout.rowSize));
  writeEmptyRow(view, 0, layout, NOON, 60);
  addEvents(from, to, (evaluator, timeMs, tie) =>
    addToRow(view, 0, layout, evaluator, timeMs, { high: tie, low: 1 }),
  );
  return { view, columns: streamColumns(layout, view) };
}

function foldRows(
  { fixed, slotCount }: ViewLayout,
  rows: readonly { columns: ColumnAccess[] }[],
): Float64Array {
  const acc = new Float64Array(slotCount);
  resetAccumulator(acc, layout);
  for (const { columns } of rows)
    for (const [i, component] of fixed.entries())
      foldColumn(acc, component, columns[i]!, columns[component.countIndex]!, 0, 1);
  return acc;
}

const PARTS = [
  [0, 40],
  [40, 41],
  [41, 41],
  [41, 97],
] as const;

describe('states in slots', () => {
  const algebra = new SlotAlgebra(layout.fixed);
  const at = 3;

  it('of events that are added and merged are those of rows that are folded', () => {
    const merged = new Float64Array(at + layout.slotCount);
    algebra.reset(merged, at);
    for (const [from, to] of PARTS) {
      const part = new Float64Array(layout.slotCount);
      algebra.reset(part, 0);
      addEvents(from, to, (evaluator, timeMs, tie) =>
        algebra.add(part, 0, evaluator, timeMs, { high: tie, low: 1 }),
      );
      algebra.merge(merged, at, part, 0);
    }
    const folded = foldRows(
      layout,
      PARTS.map(([from, to]) => rowState(from, to)),
    );
    for (const [i, { kind, lane, slot }] of layout.fixed.entries()) {
      const end = layout.fixed[i + 1]?.slot ?? layout.slotCount;
      const used = (kind === 'min' || kind === 'max') && lane.cell !== 'int64' ? slot + 1 : end;
      for (let j = slot; j < used; j++) {
        const [value, other] = [merged[at + j] as number, folded[j] as number];
        const isEqual = value === other || Math.abs(value - other) <= 1e-12 * Math.abs(other);
        expect([kind, lane.index, j - slot, isEqual ? other : value]).toEqual([
          kind,
          lane.index,
          j - slot,
          other,
        ]);
      }
    }
  });

  it('touch no slots but those of their components', () => {
    const some = new SlotAlgebra(layout.fixed.slice(0, 2));
    const states = new Float64Array(layout.slotCount).fill(42);
    some.reset(states, 0);
    const used = new Set<number>();
    for (const [slot, value] of states.entries()) if (value !== 42) used.add(slot);
    const [first, second] = layout.fixed.slice(0, 2).map(({ slot }) => slot);
    expect([...used].every((slot) => slot >= first! && slot < layout.fixed[2]!.slot)).toBe(true);
    expect(used.has(first!) && used.has(second!)).toBe(true);
  });
});
