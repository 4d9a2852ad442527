import fc from 'fast-check';
import {
  checkEntityKeyLength,
  decodeEntityKey,
  encodeEntityKey,
  type JoinKeyType,
  joinKeyMismatch,
} from './entity-key';

const joinKeyValue = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.boolean(),
);

describe('encodeEntityKey', () => {
  it.each([
    [['ORD'], 'ORD'],
    [['ORD', 'LAX'], 'ORD.LAX'],
    [[-7, 9_007_199_254_740_993n, true], '-7.9007199254740993.true'],
    [['a.b', '{0}', '50%', '%2E'], 'a%2Eb.%7B0%7D.50%25.%252E'],
    [['', ''], '.'],
    [['Zürich'], 'Zürich'],
  ])('writes %p as %p', (values, expected) => {
    expect(encodeEntityKey(values)).toBe(expected);
  });

  it('is read back, and holds no hash tag', () => {
    fc.assert(
      fc.property(fc.array(joinKeyValue, { minLength: 1, maxLength: 4 }), (values) => {
        const encoded = encodeEntityKey(values);
        expect(decodeEntityKey(encoded)).toEqual(values.map(String));
        expect(encoded).not.toMatch(/[{}]/);
      }),
    );
  });
});

describe('joinKeyMismatch', () => {
  it.each<[unknown, JoinKeyType]>([
    ['ORD', 'string'],
    ['', 'string'],
    [-(2 ** 31), 'int32'],
    [2n ** 63n - 1n, 'int64'],
    [-(2n ** 63n), 'int64'],
    [Number.MAX_SAFE_INTEGER, 'int64'],
    [false, 'bool'],
  ])('accepts %p as %s', (value, type) => {
    expect(joinKeyMismatch(value, type)).toBeNull();
  });

  it.each<[unknown, JoinKeyType, string]>([
    [null, 'string', 'is null'],
    [undefined, 'int32', 'is null'],
    [5, 'string', 'is number 5, not a string'],
    ['\ud800', 'string', 'is not well-formed Unicode'],
    ['5', 'int32', 'is "5", not an int32'],
    [1.5, 'int32', 'is number 1.5, not an int32'],
    [2 ** 31, 'int32', 'is 2147483648, outside int32'],
    [2n ** 63n, 'int64', 'is 9223372036854775808, outside int64'],
    [2 ** 53, 'int64', 'is number 9007199254740992, not an int64'],
    [1, 'bool', 'is number 1, not a bool'],
  ])('refuses %p as %s: %s', (value, type, reason) => {
    expect(joinKeyMismatch(value, type)).toBe(reason);
  });
});

describe('checkEntityKeyLength', () => {
  it('counts bytes, not characters', () => {
    expect(() => checkEntityKeyLength('x'.repeat(1_024))).not.toThrow();
    expect(() => checkEntityKeyLength('ü'.repeat(513))).toThrow('is longer than 1024 bytes');
  });
});
