import fc from 'fast-check';
import {
  asciiLower,
  asciiUpper,
  codePointCount,
  codePointSlice,
  compareCodePoints,
  nearestWord,
  trimAscii,
} from './text';

const text = fc.string({ unit: 'binary' });

test('sizes and slices count code points', () => {
  expect(codePointCount('a😀é')).toBe(3);
  expect(codePointSlice('a😀é', 1, 2)).toBe('😀');
  expect(codePointSlice('a😀é', -5, 2n ** 62n)).toBe('a😀é');
  expect(codePointSlice('abc', 2, 1)).toBe('');
  expect(codePointSlice('abc', 3, 9)).toBe('');
  expect(codePointSlice('', 0, 1)).toBe('');
});

test('sizes and slices are those of the list of code points', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: -3, max: 12 }), fc.integer({ min: -3, max: 12 }), (s, from, to) => {
      expect(codePointCount(s)).toBe([...s].length);
      const points = [...s].slice(Math.max(0, from), Math.max(0, to));
      expect(codePointSlice(s, from, to)).toBe(points.join(''));
    }),
  );
});

test('strings are ordered as their UTF-8 bytes are', () => {
  expect(compareCodePoints('\u{ffff}', '\u{10000}')).toBeLessThan(0);
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

test('only ASCII letters change case, and only ASCII white space is trimmed', () => {
  expect(asciiLower('HÉllo İ')).toBe('hÉllo İ');
  expect(asciiUpper('straße é')).toBe('STRAßE é');
  expect(trimAscii(' \t\n\v\f\ra b\u00a0 ')).toBe('a b\u00a0');
  expect(trimAscii(' \n ')).toBe('');
});

test('the nearest word is one that could be meant', () => {
  expect(nearestWord('dely', ['origin', 'delay'])).toBe('delay');
  expect(nearestWord('Delay', ['origin', 'delay'])).toBe('delay');
  expect(nearestWord('xyz', ['origin', 'delay'])).toBeNull();
});
