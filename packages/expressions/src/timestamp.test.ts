import { parseTimestamp } from './timestamp';

test.each([
  ['2001-01-01T00:00:00Z', Date.UTC(2001, 0, 1)],
  ['2001-01-01T00:00:00.5Z', Date.UTC(2001, 0, 1) + 500],
  ['1969-12-31T23:59:59.999Z', -1],
  ['2000-02-29T12:00:00+05:30', Date.UTC(2000, 1, 29, 6, 30)],
  ['2000-02-29T12:00:00-01:00', Date.UTC(2000, 1, 29, 13)],
  ['0050-01-01T00:00:00Z', Date.parse('0050-01-01T00:00:00Z')],
])('%s', (text, instantMs) => {
  expect(parseTimestamp(text)).toBe(instantMs);
});

test.each([
  '2001-02-29T00:00:00Z',
  '2001-13-01T00:00:00Z',
  '2001-01-01T24:00:00Z',
  '2001-01-01T00:00:60Z',
  '2001-01-01',
  '2001-01-01T00:00:00',
  '2001-01-01T00:00:00.0001Z',
  '2001-01-01T00:00:00+24:00',
])('%s is not a timestamp', (text) => {
  expect(parseTimestamp(text)).toBeNull();
});
