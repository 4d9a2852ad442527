import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { explainTable } from './explained-table';
import { contextOf, readTable, slotOf, TICK, tableLayoutOf } from './table.fixture';
import { encodeTableValue } from './table-value-writer';

const layout = tableLayoutOf(['rank', 'label'], { maxAgeMs: DAY_MS });
const older = slotOf(layout, TICK - HOUR_MS, [1, 'old']);
const newer = slotOf(layout, TICK - 1, [2, null]);
const value = encodeTableValue([newer, older], true);
const seenAt = (tickMs: number) => contextOf(tickMs).tMs;

test('both rows are told with their ticks, and the one that a read takes', () => {
  const now = explainTable(layout, value, seenAt(TICK), 0);
  expect(now).toMatchObject({ tickMs: TICK, taken: 0, hadEarlierRow: true });
  expect(
    now?.rows.map(({ value: rank, eventTimeMs, validFromMs }) => [rank, eventTimeMs, validFromMs]),
  ).toEqual([
    [2, TICK - 1, TICK],
    [1, TICK - HOUR_MS, TICK - HOUR_MS],
  ]);
  expect(readTable(layout, value, contextOf(TICK)).numbers[0]).toBe(2);
  const before = explainTable(layout, value, seenAt(TICK - HOUR_MS), 1);
  expect(before?.taken).toBe(1);
  expect(before?.rows.map(({ value: label }) => label)).toEqual([null, 'old']);
});

test('a row that is older than max_age at the tick says so', () => {
  const old = encodeTableValue([slotOf(layout, TICK - DAY_MS - 1, [1, 'x'])], false);
  expect(explainTable(layout, old, seenAt(TICK), 0)?.rows[0]?.outsideMaxAge).toBe(true);
});

test('nothing stored has no rows, and bytes that cannot be read are told apart from it', () => {
  expect(explainTable(layout, null, seenAt(TICK), 0)).toMatchObject({ rows: [], taken: -1 });
  expect(explainTable(layout, value.subarray(0, 20), seenAt(TICK) + MINUTE_MS, 0)).toBeNull();
  const listed = tableLayoutOf(['labels']);
  const text = encodeTableValue([slotOf(listed, TICK, [['abc']])], false);
  text[text.length - 7] = 9; // the length of the text
  expect(explainTable(listed, text, seenAt(TICK), 0)).toBeNull();
});
