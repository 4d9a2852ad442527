import { maskPasswords, maskSecrets } from './mask';

test.each([
  ['redis://user:secret@host:6379/0', 'redis://user:***@host:6379/0'],
  ['redis://:secret@host:6379', 'redis://:***@host:6379'],
  ['http://default:p%40ss@127.0.0.1:8123', 'http://default:***@127.0.0.1:8123'],
  ['http://default:p@ss@127.0.0.1:8123', 'http://default:***@127.0.0.1:8123'],
  [
    'connect ECONNREFUSED redis://a:b@h:1, http://c:d@e:2',
    'connect ECONNREFUSED redis://a:***@h:1, http://c:***@e:2',
  ],
  ['{"url":"redis://a:b@h:1","mail":"x@y"}', '{"url":"redis://a:***@h:1","mail":"x@y"}'],
])('the password of every URL in %s is masked', (text, masked) => {
  expect(maskPasswords(text)).toBe(masked);
});

test.each(['redis://127.0.0.1:6379', 'http://user@host', 'user@example.com', 'http://host/?q=a:b@c', ''])(
  'a text without a password stays as it is: %s',
  (text) => {
    expect(maskPasswords(text)).toBe(text);
  },
);

test.each([
  ['token fbt_AbCdEfGhIjKl-_0123456789 is unknown', 'token fbt_*** is unknown'],
  ['{"authorization":"Bearer AbCdEfGhIjKl"}', '{"authorization":"Bearer ***"}'],
  ['eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl expired', 'eyJ*** expired'],
  ['redis://a:b@h:1 and fbt_AbCdEfGhIjKl', 'redis://a:***@h:1 and fbt_***'],
])('the tokens in %s are masked', (text, masked) => {
  expect(maskSecrets(text)).toBe(masked);
});

test.each(['a bearer of news', 'fbt_', 'eyJ', 'the prefix is fbt_.'])(
  'a text without a token stays: %s',
  (text) => {
    expect(maskSecrets(text)).toBe(text);
  },
);
