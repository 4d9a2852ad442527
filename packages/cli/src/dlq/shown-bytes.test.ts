import { isSecretName, printable, showBytes, withoutSecrets } from './shown-bytes';

const SHOW = { maxBytes: 100 };

test('text is shown as text, other bytes in hex, and nothing as nothing', () => {
  expect(showBytes(Buffer.from('größe'), SHOW)).toMatchObject({
    encoding: 'text',
    text: 'größe',
    sizeBytes: 7,
  });
  expect(showBytes(Buffer.from([0xff, 0x00]), SHOW)).toMatchObject({ encoding: 'hex', text: 'ff00' });
  expect(showBytes(Buffer.from('ab'), { ...SHOW, hex: true })).toMatchObject({
    encoding: 'hex',
    text: '6162',
  });
  expect(showBytes(null, SHOW)).toMatchObject({ encoding: 'none', sizeBytes: 0 });
});

test('what is longer is cut, and says so', () => {
  expect(showBytes(Buffer.from('abcdef'), { maxBytes: 3 })).toMatchObject({
    text: 'abc',
    sizeBytes: 6,
    isCut: true,
  });
});

test('values of members with names of secrets are hidden, also nested, and where the text is no JSON', () => {
  const text = '{"user":"u1","password":"p\\"w","card":{"cvv":123,"apiKey": "k"},"count":7,"auth":["a","b"]}';
  expect(withoutSecrets(text)).toEqual({
    text: '{"user":"u1","password":"[hidden]","card":{"cvv":"[hidden]","apiKey": "[hidden]"},"count":7,"auth":"[hidden]"}',
    hidden: ['password', 'cvv', 'apiKey', 'auth'],
  });
  expect(withoutSecrets('{"token": "abc').text).toBe('{"token": "[hidden]"');
  expect(withoutSecrets('user=1&access_token=abc&x=2').text).toBe('user=1&access_token="[hidden]"&x=2');
});

test('--reveal shows everything', () => {
  const bytes = Buffer.from('{"password":"pw"}');
  expect(showBytes(bytes, SHOW)).toMatchObject({ text: '{"password":"[hidden]"}', hidden: ['password'] });
  expect(showBytes(bytes, { ...SHOW, reveal: true })).toMatchObject({
    text: '{"password":"pw"}',
    hidden: [],
  });
});

test('names of secrets are told from others', () => {
  for (const name of [
    'Authorization',
    'x-api-key',
    'db_password',
    'session_token',
    'Cookie',
    'client_secret',
  ])
    expect([name, isSecretName(name)]).toEqual([name, true]);
  for (const name of ['author', 'pinned', 'compass', 'amount', 'key'])
    expect([name, isSecretName(name)]).toEqual([name, false]);
});

test('a terminal is not sent what would move its cursor', () => {
  expect(printable('a\u001b[2Jb\r\n\u202ec')).toBe('a\\u{1b}[2Jb\\u{d}\n\\u{202e}c');
});
