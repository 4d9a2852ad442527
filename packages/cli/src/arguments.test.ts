import { InvalidArgumentError } from 'commander';
import {
  columnArgument,
  durationArgument,
  featuresArgument,
  formatArgument,
  instantArgument,
  keyArgument,
  renameArgument,
  requestArgument,
  shiftArgument,
  threadsArgument,
} from './arguments';

test.each([
  ['2026-01-31T18:00:00Z', Date.UTC(2026, 0, 31, 18)],
  ['2026-01-31T18:00+02:00', Date.UTC(2026, 0, 31, 16)],
  ['2026-01-31', Date.UTC(2026, 0, 31)],
  ['1769882400000', 1_769_882_400_000],
  ['-1', -1],
])('instant %s', (text, instant) => {
  expect(instantArgument(text)).toBe(instant);
});

test.each(['', 'now', '2026-01-31T18:00:00', '2026-13-01', '12:00', '1e3', '99999999999999999'])(
  '"%s" is no instant: a zone is needed',
  (text) => {
    expect(() => instantArgument(text)).toThrow(InvalidArgumentError);
  },
);

test.each([
  ['90m', 5_400_000],
  ['-30d', -2_592_000_000],
  ['+1h', 3_600_000],
  ['-1500', -1_500],
  ['0', 0],
])('shift %s', (text, shiftMs) => {
  expect(shiftArgument(text)).toBe(shiftMs);
});

test.each(['', '-', '1.5h', 'h', '--1h', '1 month'])('"%s" is no shift', (text) => {
  expect(() => shiftArgument(text)).toThrow('It is not a duration such as 90m or -30d');
});

test('durations are positive and have a unit', () => {
  expect(durationArgument('90s')).toBe(90_000);
  for (const text of ['0s', '90', '-1s'])
    expect(() => durationArgument(text)).toThrow('It is not a duration');
});

test('columns collect; without a column the field is null', () => {
  expect(columnArgument('c=', columnArgument('a=b'))).toEqual({ a: 'b', c: null });
  expect(() => columnArgument('a')).toThrow('It is not field=column');
});

test('keys collect into rows; a value may hold an equals sign', () => {
  expect(keyArgument('a=2', keyArgument('b=x=y', keyArgument('a=1')))).toEqual({ a: ['1', '2'], b: ['x=y'] });
  expect(() => keyArgument('=1')).toThrow('It is not joinKey=value');
});

test('features', () => {
  expect(featuresArgument('v:f, w@2:g', [{ view: 'u', feature: 'e' }])).toEqual([
    { view: 'u', feature: 'e' },
    { view: 'v', feature: 'f' },
    { view: 'w@2', feature: 'g' },
  ]);
  for (const text of ['v', 'v:', ':f', 'v:f:g', 'v:f,']) {
    expect(() => featuresArgument(text)).toThrow('is not view:feature or view@version:feature');
  }
});

test('names of columns collect, and none is left out', () => {
  expect(renameArgument('b=y=z', renameArgument('a=x'))).toEqual({ a: 'x', b: 'y=z' });
  for (const text of ['a', 'a=', '=x']) expect(() => renameArgument(text)).toThrow('It is not name=column.');
});

test('threads', () => {
  expect(threadsArgument('4')).toBe(4);
  for (const text of ['0', '-1', '65', 'two', '1.5'])
    expect(() => threadsArgument(text)).toThrow('It is not a number from 1 to 64.');
});

test('formats by name', () => {
  expect(formatArgument('parquet')).toBe('Parquet');
  expect(() => formatArgument('xml')).toThrow('It is not one of Parquet, CSV, NDJSON');
});

test('data of the request comes as name=value or as JSON, and a name again is another row', () => {
  const given = ['amount=12.5', '{"amount": 7, "country": ["CH", null]}', 'note=a=b'];
  expect(
    given.reduce<Readonly<Record<string, readonly unknown[]>>>((all, text) => requestArgument(text, all), {}),
  ).toEqual({
    amount: ['12.5', 7],
    country: ['CH', null],
    note: ['a=b'],
  });
  expect(() => requestArgument('{"a"')).toThrow('It is not JSON');
  expect(() => requestArgument('amount')).toThrow('It is not field=value, or a JSON object');
});
