import { ForebayError } from '@forebay/contract';
import { status } from '@grpc/grpc-js';
import { fromJSON, type MessageTypeDefinition, type PackageDefinition } from '@grpc/proto-loader';
import { callStatus, REASON_TRAILER } from './call-status';
import { STATUS_DETAILS_TRAILER } from './status-details';
import { MAX_STATUS_TEXT_BYTES, statusText } from './status-text';

const field = (id: number, type: string, rule?: 'repeated') => ({ id, type, ...(rule ? { rule } : {}) });

/** The published definitions, as far as they are used, for a decoder that is not ours. */
const GOOGLE = fromJSON(
  {
    nested: {
      Status: {
        fields: {
          code: field(1, 'int32'),
          message: field(2, 'string'),
          details: field(3, 'Any', 'repeated'),
        },
      },
      Any: { fields: { type_url: field(1, 'string'), value: field(2, 'bytes') } },
      Duration: { fields: { seconds: field(1, 'int64'), nanos: field(2, 'int32') } },
      RetryInfo: { fields: { retry_delay: field(1, 'Duration') } },
      ErrorInfo: {
        fields: {
          reason: field(1, 'string'),
          domain: field(2, 'string'),
          metadata: { id: 3, keyType: 'string', type: 'string' },
        },
      },
      BadRequest: {
        fields: { field_violations: field(1, 'FieldViolation', 'repeated') },
        nested: {
          FieldViolation: { fields: { field: field(1, 'string'), description: field(2, 'string') } },
        },
      },
    },
  } as unknown as Parameters<typeof fromJSON>[0],
  { keepCase: true, longs: Number },
) as PackageDefinition;

const decode = (type: string, bytes: Buffer) =>
  (GOOGLE[type] as MessageTypeDefinition<object, Record<string, unknown>>).deserialize(bytes);

function sent(error: ForebayError) {
  const { code, details, metadata } = callStatus(error, () => 0);
  const [bytes] = metadata?.get(STATUS_DETAILS_TRAILER) ?? [];
  const google = decode('Status', bytes as Buffer) as {
    code: number;
    message: string;
    details: { type_url: string; value: Buffer }[];
  };
  const [reason] = metadata?.get(REASON_TRAILER) ?? [];
  const entries = google.details.map(({ type_url, value }) => {
    const type = type_url.replace('type.googleapis.com/google.rpc.', '');
    return [type, JSON.parse(JSON.stringify(decode(type, value)))];
  });
  return { code, details, reason, google, ...Object.fromEntries(entries) };
}

describe('callStatus', () => {
  it('tells an overloaded caller when to come back', () => {
    const status8 = sent(new ForebayError('overloaded', '2000 calls are in flight', { retryAfterMs: 1_250 }));
    expect(status8).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: '2000 calls are in flight',
      reason: 'overloaded',
      google: { code: status.RESOURCE_EXHAUSTED, message: '2000 calls are in flight' },
      ErrorInfo: { reason: 'OVERLOADED', domain: 'forebay' },
      RetryInfo: { retry_delay: { seconds: 1, nanos: 250_000_000 } },
    });
    expect(status8.BadRequest).toBeUndefined();
  });

  it('names the field of a request that is to blame', () => {
    const error = new ForebayError('invalid_request', 'row 3: not an int64', { field: 'keys[0].strings[3]' });
    expect(sent(ForebayError.from(error, 'key'))).toMatchObject({
      code: status.INVALID_ARGUMENT,
      ErrorInfo: { reason: 'INVALID_REQUEST', metadata: { field: 'keys[0].strings[3]' } },
      BadRequest: {
        field_violations: [{ field: 'keys[0].strings[3]', description: 'key: row 3: not an int64' }],
      },
    });
  });

  it('has no retry where a retry does not help', () => {
    const { RetryInfo, ErrorInfo } = sent(new ForebayError('not_found', 'no view "x"'));
    expect(RetryInfo).toBeUndefined();
    expect(ErrorInfo).toMatchObject({ reason: 'NOT_FOUND' });
  });

  it('spreads retries', () => {
    const error = new ForebayError('unavailable', 'x', { retryAfterMs: 100 });
    const bytes = [0, 1].map(
      (random) => callStatus(error, () => random).metadata?.get(STATUS_DETAILS_TRAILER)[0],
    );
    expect(bytes[0]).not.toEqual(bytes[1]);
  });

  it.each(['x'.repeat(100_000), '\n%é日本'.repeat(10_000), '👩🏽‍🚒'.repeat(9_000)])(
    'stays within what clients take of headers (%#)',
    (text) => {
      const { details, metadata } = callStatus(new ForebayError('invalid_request', text, { field: text }));
      const [bytes] = metadata?.get(STATUS_DETAILS_TRAILER) ?? [];
      const size = encodeURI(details).length + Buffer.from(bytes as Buffer).toString('base64').length;
      expect(size).toBeLessThan(7_500);
    },
  );
});

describe('statusText', () => {
  it('leaves a text that fits as it is', () => {
    expect(statusText('no view "départs"\n')).toBe('no view "départs"\n');
  });

  it('cuts between characters', () => {
    const text = statusText('👍'.repeat(1_000));
    expect(text).toMatch(/^(👍)+…$/u);
    expect(encodeURI(text).length).toBeLessThanOrEqual(MAX_STATUS_TEXT_BYTES);
  });

  it('can send half a character', () => {
    expect(() => encodeURI(statusText('\ud800 is half'))).not.toThrow();
  });
});
