import type { ScalarType } from '@forebay/definitions';
import { acceptedText, fieldValue } from './field-values';
import { typedColumn } from './staged-column';

const readAs = (type: string, field: ScalarType) => fieldValue(typedColumn('x', type, 0), field);

describe('a value of a field', () => {
  it.each<[ScalarType, string]>([
    ['string', 'Int64'],
    ['string', 'FixedString(3)'],
    ['bool', 'Int32'],
    ['int64', 'Decimal(9, 2)'],
    ['double', 'Bool'],
    ['timestamp', 'Float64'],
    ['timestamp', 'UInt32'],
    ['int32', 'Array(Int32)'],
  ])('%s is not had from a column of %s', (field, type) => {
    expect(readAs(type, field)).toBeNull();
  });

  it.each<[ScalarType, string, boolean]>([
    ['string', 'LowCardinality(Nullable(String))', true],
    ['string', "Enum8('a' = 1)", false],
    ['int64', 'UInt8', false],
    ['int64', 'UInt64', true],
    ['int64', 'Nullable(Float64)', true],
    ['double', 'Int32', false],
    ['double', 'Int64', true],
    ['timestamp', 'Date', true],
  ])('%s is had from a column of %s; values that do not fit are looked for: %s', (field, type, checked) => {
    expect((readAs(type, field)?.bad ?? null) !== null).toBe(checked);
  });

  it('of every type is had from text', () => {
    for (const field of ['bool', 'int32', 'int64', 'double', 'string', 'timestamp'] as const)
      expect(readAs('Nullable(String)', field)?.bad).toContain('_forebay_rows.`c0`');
  });
});

test('what a field takes is listed once', () => {
  expect(acceptedText('bool')).toBe('Bool, UInt8, String');
  expect(acceptedText('string')).toBe('String, Enum8, Enum16, UUID');
});
