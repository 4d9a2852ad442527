import { ForebayError } from '@forebay/contract';
import { KafkaJSConnectionError, KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded } from 'kafkajs';
import { eventLogError } from './kafka-errors';

const protocolError = (type: string, retriable: boolean) =>
  Object.assign(new Error(`it says ${type}`), { name: 'KafkaJSProtocolError', type, retriable });

test('an unreachable broker is unavailable, however often the client has wrapped it', () => {
  const refused = new KafkaJSConnectionError('connect ECONNREFUSED 127.0.0.1:9', {});
  const wrapped = new KafkaJSNonRetriableError(
    new KafkaJSNumberOfRetriesExceeded(refused, { retryCount: 3, retryTime: 1 }),
  );
  for (const thrown of [refused, Object.assign(wrapped, { cause: refused })]) {
    const error = eventLogError(thrown, 'connecting');
    expect(error.reason).toBe('unavailable');
    expect(error.message).toBe('connecting: connect ECONNREFUSED 127.0.0.1:9');
    expect(error.cause).toBe(thrown);
  }
});

test.each([
  ['UNKNOWN_TOPIC_OR_PARTITION', 'not_found'],
  ['TOPIC_AUTHORIZATION_FAILED', 'failed_precondition'],
  ['MESSAGE_TOO_LARGE', 'invalid_record'],
  ['INVALID_CONFIG', 'invalid_request'],
  ['REBALANCE_IN_PROGRESS', 'internal'],
])('%s of the broker is %s', (type, reason) => {
  expect(eventLogError(protocolError(type, false), 'x').reason).toBe(reason);
});

test('what the client would try again is unavailable; what it does not know is internal', () => {
  expect(eventLogError(protocolError('NOT_ENOUGH_REPLICAS', true), 'x').reason).toBe('unavailable');
  expect(eventLogError(new TypeError('boom'), 'x')).toMatchObject({ reason: 'internal', message: 'x: boom' });
  expect(eventLogError('text', 'x')).toMatchObject({ reason: 'internal', message: 'x: text' });
});

test('of an error that stands for several, the first counts', () => {
  const several = Object.assign(new Error('Topic creation errors'), {
    errors: [protocolError('INVALID_PARTITIONS', false)],
  });
  expect(eventLogError(several, 'creating').message).toBe('creating: it says INVALID_PARTITIONS');
  const partitions = [{ error: protocolError('TOPIC_AUTHORIZATION_FAILED', false) }];
  expect(eventLogError(Object.assign(new Error('x'), { partitions }), 'x').reason).toBe(
    'failed_precondition',
  );
});

test('one of our errors stays as it is', () => {
  const error = new ForebayError('not_found', 'no');
  expect(eventLogError(error, 'x')).toBe(error);
});
