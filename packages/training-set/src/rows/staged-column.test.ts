import { keptSqlOf, stagedTypeOf, typedColumn } from './staged-column';

describe('a column of typed rows', () => {
  it.each([
    ['DateTime', "toDateTime64(x, 3, 'UTC')"],
    ["Nullable(DateTime('Asia/Tokyo'))", "toDateTime64(x, 3, 'UTC')"],
    ['DateTime64(0)', "toDateTime64(x, 3, 'UTC')"],
    ['DateTime64(6)', "toTimeZone(x, 'UTC')"],
    ["DateTime64(6, 'UTC')", 'x'],
    ['Date', 'toDate32(x)'],
    ['LowCardinality(Nullable(String))', 'x'],
    ["Nullable(Enum8('a' = 1))", 'toString(x)'],
    ['UUID', 'toString(x)'],
    ['UInt256', 'toString(x)'],
    ['Decimal(18, 2)', 'x'],
    ['Array(DateTime)', 'x'],
  ])('of %s leaves as %s', (type, sql) => {
    expect(keptSqlOf('x', type)).toBe(sql);
  });

  it.each([
    ['Nullable(Nothing)', 'Nullable(String)'],
    ['LowCardinality(String)', 'LowCardinality(String)'],
    ['LowCardinality(UInt8)', 'UInt8'],
    ['Map(String, Array(Int32))', 'Map(String, Array(Int32))'],
    ['Array(Nothing)', null],
    ['IntervalDay', null],
    ['Variant(String, UInt8)', null],
    ['AggregateFunction(sum, UInt64)', null],
  ])('of %s is staged as %s', (type, staged) => {
    expect(stagedTypeOf(type)).toBe(staged);
  });

  it('has a name by its position, whatever its own is', () => {
    const { staged, keptSql } = typedColumn('_row', 'Date', 7);
    expect([staged, keptSql]).toEqual(['c7', 'toDate32(_forebay_rows.`c7`)']);
  });
});
