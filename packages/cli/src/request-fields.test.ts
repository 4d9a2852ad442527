import type { FeatureType } from '@forebay/client';
import { typedRequest } from './request-fields';

const field = (type: FeatureType) => [{ name: 'f', type }];

test('texts and JSON are read by the type of the field', () => {
  expect(typedRequest(field('double'), { f: ['12.5', '1e3', 7, null] })).toEqual({
    f: [12.5, 1000, 7, null],
  });
  expect(typedRequest(field('int64'), { f: ['-7', '9223372036854775807'] })).toEqual({
    f: [-7, 9223372036854775807n],
  });
  expect(typedRequest(field('bool'), { f: ['true', false] })).toEqual({ f: [true, false] });
  expect(typedRequest(field('string'), { f: ['7', ''] })).toEqual({ f: ['7', ''] });
  expect(typedRequest(field('timestamp'), { f: ['1970-01-01T00:00:01Z', '7', 7] })).toEqual({
    f: [new Date(1000), new Date(7), 7],
  });
});

test.each([
  ['double', ['x'], 'request field "f": "x" is not a double'],
  ['int32', ['1', '2147483648'], 'request field "f", row 2: "2147483648" is not an int32'],
  ['timestamp', ['yesterday'], 'request field "f": "yesterday" is not a timestamp'],
  ['string', [7], 'request field "f": 7 is not a string'],
] as const)('a value that is no %s: %j', (type, values, message) => {
  expect(() => typedRequest(field(type), { f: values })).toThrow(message);
});

test('a name that no on-demand view takes is refused, with what they take', () => {
  const given = { amuont: ['1'] };
  expect(() => typedRequest([{ name: 'amount', type: 'double' }], given)).toThrow('did you mean "amount"?');
  expect(() => typedRequest([{ name: 'country', type: 'string' }], given)).toThrow(
    'they take country (string)',
  );
  expect(() => typedRequest([], given)).toThrow('they take nothing from the request');
});
