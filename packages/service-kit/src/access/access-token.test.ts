import { isAccessToken, newAccessToken, tokenHash } from './access-token';

test('a token has a form of its own, and none is made twice', () => {
  const tokens = Array.from({ length: 100 }, newAccessToken);
  expect(tokens.every(isAccessToken)).toBe(true);
  expect(new Set(tokens).size).toBe(100);
});

test.each([
  '',
  'hunter2',
  'fbt_short',
  `fbt_${'a'.repeat(44)}`,
  `fbt_${'a'.repeat(42)}=`,
  `FBT_${'a'.repeat(43)}`,
])('"%s" is no token', (text) => {
  expect(isAccessToken(text)).toBe(false);
});

test('the hash is SHA-256 in hexadecimal', () => {
  expect(tokenHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
