import { type ConsumerOptions, compileConsumerOptions } from './consumer-options';

const BASE = { groupId: 'g', topics: ['t'], handlers: {}, logger: {} } as unknown as ConsumerOptions;

test('defaults are filled in', () => {
  expect(compileConsumerOptions(BASE)).toMatchObject({
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 60_000,
    maxWaitMs: 25,
    minBytes: 1,
    maxBytesPerPartition: 1_048_576,
  });
});

test.each([
  [{ topics: [] }, 'consumer group "g": there is no topic to read'],
  [{ maxWaitMs: 5_000 }, 'consumer group "g": maxWaitMs 5000 is not between 1 and 500'],
  [{ maxWaitMs: 0 }, 'maxWaitMs 0 is not between 1 and 500'],
  [{ sessionTimeoutMs: 90 }, 'sessionTimeoutMs 90 is not at least 4 × maxWaitMs'],
  [{ rebalanceTimeoutMs: 5_000 }, 'rebalanceTimeoutMs 5000 is below sessionTimeoutMs'],
  [{ minBytes: 0 }, 'minBytes and maxBytesPerPartition must be at least 1'],
])('%j is refused', (options, message) => {
  expect(() => compileConsumerOptions({ ...BASE, ...options })).toThrow(message);
});
