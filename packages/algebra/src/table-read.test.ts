import { DAY_MS, HOUR_MS } from '@forebay/contract';
import { contextOf, readTable, slotOf, TICK, tableLayoutOf } from './table.fixture';
import { newTableOutput } from './table-output';
import { TableRead } from './table-read';
import { emptyTableValue, encodeTableValue } from './table-value-writer';
import { STATUS } from './view-output';

const layout = tableLayoutOf(['rank', 'label']);
const { PRESENT, NULL_VALUE, NOT_FOUND, OUTSIDE_MAX_AGE, DEGRADED } = STATUS;

const older = slotOf(layout, TICK - HOUR_MS, [1, 'old']);
const newer = slotOf(layout, TICK - 1, [2, 'new']);

test('of two rows the newest that the tick sees is read', () => {
  const value = encodeTableValue([newer, older], false);
  const now = readTable(layout, value, contextOf(TICK));
  expect([now.numbers[0], now.others[1], [...now.statuses]]).toEqual([2, 'new', [PRESENT, PRESENT]]);
  const before = readTable(layout, value, contextOf(TICK - HOUR_MS, TICK));
  expect([before.numbers[0], before.others[1], before.reason]).toEqual([1, 'old', null]);
});

test('a row of a later tick is not there yet', () => {
  const value = encodeTableValue([newer], false);
  const before = readTable(layout, value, contextOf(TICK - HOUR_MS));
  expect([...before.statuses]).toEqual([NOT_FOUND, NOT_FOUND]);
  expect([...before.numbers, ...before.others]).toEqual([Number.NaN, Number.NaN, null, null]);
});

test('a row that is not held any more is not said to have never been', () => {
  const value = encodeTableValue([newer], true);
  const before = readTable(layout, value, contextOf(TICK - HOUR_MS));
  expect([...before.statuses]).toEqual([DEGRADED, DEGRADED]);
  expect(before.reason).toBe('incomplete');
});

test('values are exact while the newest finished run is of the tick or of the next one', () => {
  const value = encodeTableValue([newer, older], false);
  const exact = [-2, -1, 0, 1, 2].map(
    (ticks) => readTable(layout, value, contextOf(TICK, TICK + ticks * HOUR_MS)).reason === null,
  );
  expect(exact).toEqual([false, false, true, true, false]);
  const never = readTable(layout, value, contextOf(TICK, null));
  expect([never.reason, never.numbers[0], never.statuses[0]]).toEqual(['incomplete', 2, DEGRADED]);
});

test('an entity without a value has no row only if the run of the tick has finished', () => {
  expect([...readTable(layout, null).statuses]).toEqual([NOT_FOUND, NOT_FOUND]);
  expect([...readTable(layout, null, contextOf(TICK, TICK - HOUR_MS)).statuses]).toEqual([
    DEGRADED,
    DEGRADED,
  ]);
});

test('nulls are null values', () => {
  const value = encodeTableValue([slotOf(layout, TICK, [null, 'x'])], false);
  expect([...readTable(layout, value).statuses]).toEqual([NULL_VALUE, PRESENT]);
});

test('a row is too old when it is older than max_age at the tick, not at the request', () => {
  const aged = tableLayoutOf(['rank'], { maxAgeMs: DAY_MS });
  const at = (eventTimeMs: number) => encodeTableValue([slotOf(aged, eventTimeMs, [1])], false);
  expect([...readTable(aged, at(TICK - DAY_MS)).statuses]).toEqual([PRESENT]);
  const tooOld = readTable(aged, at(TICK - DAY_MS - 1));
  expect([[...tooOld.statuses], tooOld.numbers[0]]).toEqual([[OUTSIDE_MAX_AGE], Number.NaN]);
  expect([...readTable(aged, at(TICK - DAY_MS - 1), contextOf(TICK, null)).statuses]).toEqual([DEGRADED]);
});

test('what an earlier read left is gone', () => {
  const output = newTableOutput(layout);
  const read = new TableRead(layout);
  const parts = { stream: null, open: null, sealed: null };
  read.fold({ ...parts, batch: encodeTableValue([newer], false) }, contextOf(TICK), output);
  read.fold({ ...parts, batch: null }, contextOf(TICK), output);
  expect([...output.numbers, ...output.others]).toEqual([Number.NaN, Number.NaN, null, null]);
});

test('a value that holds the place of an erased one has no row for any tick', () => {
  const value = emptyTableValue(layout, TICK);
  expect([...readTable(layout, value).statuses]).toEqual([NOT_FOUND, NOT_FOUND]);
});
