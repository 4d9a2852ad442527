import type { EventSource } from '@forebay/definitions';
import { eventsOfFrame, readPushRequest } from './push-request';

const SOURCE = {
  name: 'orders',
  fields: [
    { name: 'time', type: 'timestamp' },
    { name: 'customer', type: 'string' },
    { name: 'units', type: 'int64' },
    { name: 'price', type: 'double' },
  ],
} as unknown as EventSource;

function eventsOf(df: string): unknown[] {
  const request = readPushRequest(`{"push_source_name": "orders", "df": ${df}}`);
  if (!('columns' in request)) throw new Error(JSON.stringify(request));
  return eventsOfFrame(SOURCE, request.columns).map((text) => JSON.parse(text));
}

test('rows become events of the source; columns that it does not know are left out', () => {
  expect(
    eventsOf(
      '{"customer": ["a", null], "units": [9007199254740993, 2], "price": [1.5, 2.0], "created": ["x", "y"]}',
    ),
  ).toEqual([
    { customer: 'a', units: '9007199254740993', price: 1.5 },
    { customer: null, units: 2, price: 2 },
  ]);
  expect(eventsOf('{}')).toEqual([]);
  expect(eventsOf('{"customer": []}')).toEqual([]);
});

test.each([
  ['2026-05-04T12:30:00.123Z', '2026-05-04T12:30:00.123Z'],
  ['2026-05-04 12:30:00', '2026-05-04T12:30:00.000Z'],
  ['2026-05-04 12:30:00.123456', '2026-05-04T12:30:00.123Z'],
  ['2026-05-04 12:30:00.5+02:00', '2026-05-04T10:30:00.500Z'],
  ['2026-05-04T12:30:00+0200', '2026-05-04T10:30:00.000Z'],
  ['2026-05-04 12:30:00 UTC', '2026-05-04T12:30:00.000Z'],
  ['2026-05-04T12:30', '2026-05-04T12:30:00.000Z'],
  ['2026-05-04', '2026-05-04T00:00:00.000Z'],
])('a time that Python writes as %s is %s', (text, instant) => {
  expect(eventsOf(`{"time": ["${text}"]}`)).toEqual([{ time: Date.parse(instant) }]);
});

test.each([
  ['1714825800', 'a time has to be a text of ISO 8601'],
  ['true', 'a time has to be a text of ISO 8601'],
  ['"tomorrow"', '"tomorrow" is not a time of ISO 8601'],
  ['"2026-13-04"', '"2026-13-04" is not a time of ISO 8601'],
  ['[1]', 'it is neither a text, a number, a boolean nor null'],
])('a time that is %s is refused with its column and row', (value, message) => {
  expect(() => eventsOf(`{"time": [null, ${value}]}`)).toThrow(`column "time", row 1: ${message}`);
});

test('a body of another form is told as FastAPI tells it', () => {
  const mistakes = (body: object) => {
    const read = readPushRequest(JSON.stringify(body));
    return 'columns' in read ? [] : read.map(({ type, loc }) => [type, loc.join('.')]);
  };
  expect(mistakes({})).toEqual([
    ['missing', 'body.push_source_name'],
    ['missing', 'body.df'],
  ]);
  expect(mistakes({ push_source_name: 1, df: [], to: 'x', allow_registry_cache: 'yes' })).toEqual([
    ['string_type', 'body.push_source_name'],
    ['dict_type', 'body.df'],
    ['bool_type', 'body.allow_registry_cache'],
    ['enum', 'body.to'],
  ]);
  expect(mistakes({ push_source_name: 's', df: { a: [1, 2], b: [1] } })).toEqual([
    ['value_error', 'body.df.b'],
  ]);
  expect(mistakes({ push_source_name: 's', df: {}, to: null })).toEqual([]);
});
