import type { JoinKeyType } from '@forebay/contract';
import { typedKeys } from './join-keys';

const key = (type: JoinKeyType) => [{ name: 'k', type }];

test('texts are read by the type of the join key', () => {
  expect(typedKeys(key('string'), { k: ['7', ''] })).toEqual({ k: ['7', ''] });
  expect(typedKeys(key('int32'), { k: ['7', '-1'] })).toEqual({ k: [7, -1] });
  expect(typedKeys(key('int64'), { k: ['9223372036854775807'] })).toEqual({ k: [9223372036854775807n] });
  expect(typedKeys(key('bool'), { k: ['true', 'false'] })).toEqual({ k: [true, false] });
  expect(typedKeys(key('int32'), { k: [7] })).toEqual({ k: [7] });
});

test.each([
  ['int32', '7.5', 'join key "k", row 1: the value is "7.5", not an int32'],
  ['int32', '2147483648', 'join key "k", row 1: the value is 2147483648, outside int32'],
  ['bool', 'yes', 'join key "k", row 1: the value is "yes", not a bool'],
  ['string', 7, 'join key "k", row 1: the value is number 7, not a string'],
] as const)('a value that is no %s: %s', (type, value, message) => {
  expect(() => typedKeys(key(type), { k: [value] })).toThrow(message);
});

test('names and numbers of rows are checked', () => {
  const keys = [
    { name: 'origin', type: 'string' },
    { name: 'shop', type: 'int32' },
  ] as const;
  const message = (given: Record<string, unknown[]>) => {
    try {
      return String(typedKeys(keys, given));
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(message({ orign: ['a'] })).toContain('did you mean "origin"?');
  expect(message({ origin: ['a'] })).toBe(
    'join key "shop" is missing; needed: origin (string), shop (int32)',
  );
  expect(message({ origin: ['a', 'b'], shop: ['1'] })).toContain('join key "shop" has 1 values for 2 rows');
});
