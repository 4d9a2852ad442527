import { status } from '@grpc/grpc-js';
import { ForebayError, REASONS } from './errors';

describe('ForebayError', () => {
  it.each([
    ['invalid_request', status.INVALID_ARGUMENT, false],
    ['not_found', status.NOT_FOUND, false],
    ['overloaded', status.RESOURCE_EXHAUSTED, true],
    ['unavailable', status.UNAVAILABLE, true],
  ] as const)('of reason %s has its status and says whether to retry', (reason, grpcStatus, retryable) => {
    expect(new ForebayError(reason, 'x')).toMatchObject({
      reason,
      grpcStatus,
      retryable,
      name: 'ForebayError',
    });
  });

  it('has no reason that passes for success', () => {
    expect(Object.values(REASONS).filter((traits) => traits.grpcStatus === (status.OK as number))).toEqual(
      [],
    );
  });
});

describe('ForebayError.from', () => {
  const original = new ForebayError('not_found', 'no view "x"');

  it('gives back a ForebayError as it is', () => {
    expect(ForebayError.from(original)).toBe(original);
  });

  it('keeps reason and cause when it says what was being done', () => {
    const wrapped = ForebayError.from(original, 'reading the registry');
    expect(wrapped).toMatchObject({
      reason: 'not_found',
      message: 'reading the registry: no view "x"',
      cause: original,
    });
  });

  it.each([
    [new TypeError('boom'), 'boom'],
    ['text', 'text'],
    [undefined, 'undefined'],
    [null, 'null'],
  ])('turns %p into an internal error', (thrown, message) => {
    expect(ForebayError.from(thrown)).toMatchObject({ reason: 'internal', message, cause: thrown });
  });
});
