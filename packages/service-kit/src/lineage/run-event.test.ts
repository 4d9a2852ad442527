import { eventFaults, orderFaults } from '../../../../test/support/openlineage-schema';
import { lineagePlaces } from './lineage-place';
import { lineageRunId } from './lineage-sender';
import { type RunEventTerms, runEvent } from './run-event';

const TERMS: RunEventTerms = {
  type: 'START',
  namespace: 'test',
  job: 'materialize shop.orders@1',
  kind: 'materialize',
  processing: 'BATCH',
  run: 'materialize/17',
  atMs: Date.UTC(2026, 0, 1),
  producer: 'urn:forebay:lineage',
  inputs: [{ namespace: 'clickhouse://store:8123', name: 'forebay.orders' }],
  outputs: [{ namespace: 'redis://redis:6379', name: 'shop.orders@1' }],
};

/** Changed as JSON is: a place in it, and what stands there then. */
function changed(path: string, value: unknown): object {
  const event = JSON.parse(JSON.stringify(runEvent({ ...TERMS, type: 'FAIL', error: 'no room' })));
  const steps = path.split('.');
  const last = steps.pop() as string;
  const holder = steps.reduce((at, step) => at[step], event);
  holder[last] = value;
  return event;
}

test.each(['START', 'RUNNING', 'COMPLETE', 'FAIL', 'ABORT'] as const)(
  '%s is an event of the schema',
  (type) => {
    expect(eventFaults(runEvent({ ...TERMS, type }))).toEqual([]);
    expect(eventFaults(runEvent({ ...TERMS, type, error: 'no room' }))).toEqual([]);
  },
);

test.each<[string, unknown, RegExp]>([
  ['eventTime', 'yesterday', /eventTime must match format "date-time"/],
  ['eventType', 'STOP', /eventType must be equal to one of the allowed values/],
  ['producer', 'forebay', /producer must match format "uri"/],
  ['schemaURL', 'https://openlineage.io/spec/1-0-5/OpenLineage.json#/$defs/RunEvent', /schemaURL is/],
  ['run.runId', 'materialize/17', /runId must match format "uuid"/],
  ['job.namespace', undefined, /must have required property 'namespace'/],
  ['run.facets.errorMessage.message', undefined, /must have required property 'message'/],
  ['run.facets.errorMessage._producer', undefined, /must have required property '_producer'/],
  ['job.facets.jobType._schemaURL', 'https://forebay.example/1.json', /there is no schema/],
  [
    'job.facets.forebay_own',
    { _producer: 'urn:forebay:lineage' },
    /must have required property '_schemaURL'/,
  ],
  ['inputs.0.namespace', 'clickhouse://me:secret@store:8123', /is not named/],
  ['outputs.0.name', 'shop.orders', /is not named/],
])('what is no event is found: %s = %j', (path, value, says) => {
  expect(eventFaults(changed(path, value)).join('\n')).toMatch(says);
});

test('a facet under the name of another is found', () => {
  const { jobType } = (changed('producer', 'urn:x') as { job: { facets: { jobType: object } } }).job.facets;
  expect(eventFaults(changed('job.facets', { sql: jobType })).join()).toMatch(
    /its schema is that of jobType/,
  );
});

test('runs that do not begin, do not end, or end twice are found', () => {
  const run = (...types: RunEventTerms['type'][]) => types.map((type) => runEvent({ ...TERMS, type }));
  expect(orderFaults(run('START', 'RUNNING', 'RUNNING', 'COMPLETE'))).toEqual([]);
  expect(orderFaults(run('START', 'ABORT'))).toEqual([]);
  expect(orderFaults(run('START', 'RUNNING'), new Set([TERMS.job]))).toEqual([]);
  for (const types of [
    ['START'],
    ['RUNNING', 'COMPLETE'],
    ['START', 'COMPLETE', 'COMPLETE'],
    ['START', 'FAIL', 'RUNNING', 'COMPLETE'],
  ] as const)
    expect(orderFaults(run(...types))).toEqual([`${TERMS.job}: ${types.join(', ')}`]);
});

test('a run has one id, a UUID', () => {
  expect(lineageRunId('a/materialize/1')).toBe(lineageRunId('a/materialize/1'));
  expect(lineageRunId('a/materialize/1')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(lineageRunId('a/materialize/2')).not.toBe(lineageRunId('a/materialize/1'));
});

test('places are servers with their ports, and have no credentials', () => {
  const placesOf = (kafkaBrokers: string[], clickhouseUrl: string, redisUrl: string) =>
    lineagePlaces({
      kafkaBrokers,
      clickhouseUrl,
      clickhouseDatabase: 'forebay',
      redisUrl,
      lineageNamespace: 'shop floor',
    });
  expect(
    placesOf(['one:9093', 'two:9093'], 'https://me:s@cret@store/?a=b', 'rediss://user:secret@one:7000'),
  ).toEqual({
    kafka: 'kafka://one:9093',
    clickhouse: 'clickhouse://store:443',
    clickhouseDatabase: 'forebay',
    redis: 'redis://one:7000',
    computed: 'forebay://shop%20floor',
  });
  expect(placesOf(['one'], 'http://store:8123', 'redis-cluster://one:7000,two:7001')).toMatchObject({
    kafka: 'kafka://one:9092',
    clickhouse: 'clickhouse://store:8123',
    redis: 'redis://one:7000',
  });
  expect(placesOf([], 'http://store', 'redis://one').redis).toBe('redis://one:6379');
});
