import { type ConnectOptions, compileOptions } from './connect-options';

test('options become whole, with their defaults', () => {
  expect(compileOptions({ address: 'serving:50051' })).toEqual({
    addresses: ['serving:50051'],
    deadlineMs: 5_000,
    attempts: 4,
    tls: null,
    token: null,
    keepAliveMs: 60_000,
    maxResponseBytes: 16 * 1_024 * 1_024,
    maxRequestBytes: 4 * 1_024 * 1_024,
    mergedRows: 0,
  });
  const given = compileOptions({
    address: ['a:1', 'b:2'],
    tls: true,
    token: 'secret',
    batching: { maxRows: 7 },
  });
  expect(given).toMatchObject({ addresses: ['a:1', 'b:2'], tls: {}, mergedRows: 7 });
  expect(given.token?.()).toBe('secret');
  expect(compileOptions({ address: 'a:1', batching: true }).mergedRows).toBe(100);
});

test('a token goes over plain text only where that is asked for by name', () => {
  const plain: ConnectOptions = { address: 'a:1', token: 'secret' };
  expect(() => compileOptions(plain)).toThrow(
    /a token is not sent over plain text.*set tls, or allowTokenOverPlainText/,
  );
  expect(compileOptions({ ...plain, allowTokenOverPlainText: true }).token?.()).toBe('secret');
});

test.each<[string, Partial<ConnectOptions>]>([
  ['address is empty', { address: [] }],
  ['address is empty', { address: ['a:1', ' '] }],
  ['deadlineMs is 0', { deadlineMs: 0 }],
  ['attempts is 1.5', { attempts: 1.5 }],
  ['batching.maxRows is -1', { batching: { maxRows: -1 } }],
  ['mutual TLS needs both', { tls: { certificate: 'pem' } }],
  ['the token is empty', { tls: true, token: '' }],
])('%s', (message, options) => {
  expect(() => compileOptions({ address: 'a:1', ...options })).toThrow(message);
});

test('a token is not in the message that refuses it', () => {
  const secret = 'se cret';
  expect(() => compileOptions({ address: 'a:1', tls: true, token: secret })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(secret) }),
  );
});
