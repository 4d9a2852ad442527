import { DAY_MS, HOUR_MS } from '@forebay/contract';
import fc from 'fast-check';
import { contextOf, readTable, SCHEDULE, slotOf, TICK, tableLayoutOf } from './table.fixture';
import { TableHistory, type TableHistoryRow } from './table-history';
import { newTableOutput } from './table-output';
import { encodeTableValue, rowHash, type TableSlot } from './table-value-writer';
import { STATUS } from './view-output';

const layout = tableLayoutOf(['rank', 'label'], { maxAgeMs: DAY_MS });

const rowOf = ({ eventTimeMs, knownAtMs, cells }: TableSlot): TableHistoryRow => {
  const { high, low } = rowHash(cells);
  return { eventTimeMs, knownAtMs, hash: (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0), cells };
};

function valuesAt(rows: readonly TableHistoryRow[], tickMs: number) {
  const history = new TableHistory(layout);
  const output = newTableOutput(layout);
  for (const row of rows) history.add(row);
  expect(history.valuesAt(tickMs + SCHEDULE.delayMs, output)).toBe(tickMs);
  return output;
}

test('the values are those that are read of the stored value of the same rows, in whatever order they come', () => {
  const slots = fc.record({
    at: fc.constantFrom(-DAY_MS - 1, -DAY_MS, -HOUR_MS, -1, 0),
    known: fc.constantFrom(0, 1, 60_000),
    rank: fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
  });
  fc.assert(
    fc.property(fc.array(slots, { maxLength: 6 }), (given) => {
      const rows = given
        .map(({ at, known, rank }) => slotOf(layout, TICK + at, [rank, 'x'], TICK + at + known))
        .filter(({ validFromMs }) => validFromMs <= TICK);
      const latest = rows.reduce<TableSlot | null>((best, slot) => {
        if (best === null) return slot;
        const [a, b] = [rowOf(slot), rowOf(best)];
        const order =
          a.eventTimeMs - b.eventTimeMs || a.knownAtMs - b.knownAtMs || (a.hash > b.hash ? 1 : -1);
        return order > 0 ? slot : best;
      }, null);
      const stored = latest === null ? null : encodeTableValue([latest], false);
      const expected = readTable(layout, stored, contextOf(TICK));
      expect(valuesAt(rows.map(rowOf), TICK)).toEqual(expected);
      expect(valuesAt(rows.map(rowOf).reverse(), TICK)).toEqual(expected);
    }),
  );
});

test('of rows with equal times the one with the larger hash holds, as an unsigned number', () => {
  const { cells, ...times } = rowOf(slotOf(layout, TICK, [1, 'low']));
  const other = rowOf(slotOf(layout, TICK, [2, 'high']));
  const rows = [
    { ...times, hash: 1n, cells },
    { ...other, hash: 2n ** 63n },
  ];
  expect(valuesAt(rows, TICK).others).toEqual([null, 'high']);
});

test('an entity is forgotten', () => {
  const history = new TableHistory(layout);
  const output = newTableOutput(layout);
  history.add(rowOf(slotOf(layout, TICK, [1, 'x'])));
  history.clear();
  history.valuesAt(TICK + SCHEDULE.delayMs, output);
  expect([...output.statuses]).toEqual([STATUS.NOT_FOUND, STATUS.NOT_FOUND]);
});
