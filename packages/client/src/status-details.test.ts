import { NO_DETAILS, readStatusDetails } from './status-details';

/** A length-delimited field of protobuf, short. */
const field = (number: number, content: string | Buffer): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.of((number << 3) | 2, bytes.length), bytes]);
};
const any = (type: string, message: Buffer) =>
  field(3, Buffer.concat([field(1, `type.googleapis.com/google.rpc.${type}`), field(2, message)]));

test('details are read from google.rpc.Status', () => {
  const bytes = Buffer.concat([
    Buffer.of(8, 3),
    field(2, 'no such key'),
    any(
      'ErrorInfo',
      Buffer.concat([field(1, 'R'), field(3, Buffer.concat([field(1, 'field'), field(2, 'keys[0]')]))]),
    ),
    any('RetryInfo', field(1, Buffer.concat([Buffer.of(8, 2, 16), Buffer.from('80cab5ee01', 'hex')]))),
    any('BadRequest', field(1, Buffer.concat([field(1, 'keys[0]'), field(2, 'is missing')]))),
    any('Help', field(1, 'x')),
  ]);
  expect(readStatusDetails(bytes)).toEqual({
    metadata: { field: 'keys[0]' },
    retryAfterMs: 2_500,
    violations: [{ field: 'keys[0]', description: 'is missing' }],
  });
});

test('details that cannot be read are none', () => {
  expect(readStatusDetails(Buffer.from('ffff', 'hex'))).toEqual(NO_DETAILS);
  expect(readStatusDetails(new Uint8Array(0))).toEqual(NO_DETAILS);
});
