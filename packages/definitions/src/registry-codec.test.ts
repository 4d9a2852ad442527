import { encodeMessage, ForebayError } from '@forebay/contract';
import fc from 'fast-check';
import { applyPlan } from './apply-plan';
import { compileProject } from './compile-project';
import { flightsProject } from './flights.fixture';
import type { Metadata, RegistrySnapshot, ScalarType, ValueType, Window } from './model';
import { OPERATIONS, type OperationName } from './operations';
import type { RecordEncoding } from './record-format';
import { decodeRegistry, encodeRegistry } from './registry-codec';

const SCALARS = [
  'bool',
  'int32',
  'int64',
  'double',
  'string',
  'timestamp',
] as const satisfies readonly ScalarType[];

const id = fc.nat();
const durationMs = fc.integer({ min: 1, max: 1e12 });
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,9}$/);
const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const someText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const optionalText = fc.option(someText);
const scalar = fc.constantFrom<ScalarType>(...SCALARS);
const LISTS = SCALARS.map((type) => `list<${type}>` as const);
const MAPS = ['map<string,int64>', 'map<string,double>', 'map<int64,int64>', 'map<int64,double>'] as const;
const valueType = fc.constantFrom<ValueType>(...SCALARS, ...LISTS, ...MAPS);
const vector = fc.integer({ min: 1, max: 4_096 }).map((length): ValueType => `vector<${length}>`);
const storedType = fc.oneof(valueType, vector);
const metadata: fc.Arbitrary<Metadata> = fc.record({
  owner: text,
  description: text,
  tags: fc.dictionary(name, text, { noNullPrototype: true }),
});
const fields = fc.array(fc.record({ name, type: scalar }), { maxLength: 3 });
const window: fc.Arbitrary<Window> = fc.oneof(
  fc.constant<Window>({ kind: 'lifetime' }),
  fc.record({ kind: fc.constant('sliding' as const), lengthMs: durationMs, hopMs: durationMs }),
  fc.record({ kind: fc.constant('tumbling' as const), lengthMs: durationMs, originMs: fc.nat() }),
  fc.record({
    kind: fc.constant('session' as const),
    gapMs: durationMs,
    lengthMs: durationMs,
    hopMs: durationMs,
  }),
);
const schedule = fc.record({ intervalMs: durationMs, waitMs: fc.nat(), delayMs: durationMs });
const feature = fc.record({
  name,
  operation: fc.constantFrom(...(Object.keys(OPERATIONS) as OperationName[])),
  input: optionalText,
  by: optionalText,
  filter: optionalText,
  window,
  parameters: fc.dictionary(name, fc.double({ noNaN: true }), { maxKeys: 2, noNullPrototype: true }),
  type: valueType,
  description: text,
});
const output = fc.record({
  topic: name,
  format: fc.constantFrom('json' as const, 'protobuf' as const),
  features: fc.array(name, { maxLength: 2 }),
  everyMs: fc.option(durationMs),
  partitions: fc.nat(),
});
const series = fc.record({
  everyMs: durationMs,
  features: fc.array(name, { maxLength: 2 }),
  entities: fc.array(text, { maxLength: 2 }),
  maxEntities: fc.nat(),
  keepMs: durationMs,
});
const outputs = fc.record({ output, series }, { requiredKeys: [] });
const plainView = fc.record({
  id,
  name,
  version: id,
  entity: name,
  source: name,
  keyFields: fc.array(name),
  filter: optionalText,
  derived: fc.array(fc.record({ name, expression: text, type: scalar }), { maxLength: 3 }),
  features: fc.array(feature, { maxLength: 3 }),
  batch: fc.option(
    fc.record(
      {
        horizonMs: durationMs,
        cutHopMs: durationMs,
        intervalMs: fc.option(durationMs),
        cron: fc.constant('15 2 * * 1-5'),
      },
      { requiredKeys: ['horizonMs', 'cutHopMs', 'intervalMs'] },
    ),
  ),
  stream: fc.option(fc.record({ retentionMs: durationMs })),
  schedule: fc.option(schedule),
  metadata,
  fingerprint: text,
});
const view = fc.tuple(plainView, outputs).map(([plain, more]) => ({ ...plain, ...more }));
const paths = fc.dictionary(name, someText, { maxKeys: 2, noNullPrototype: true });
const otherTopics = fc.array(fc.record({ topic: text, paths }), { minLength: 1, maxLength: 2 });
const source = fc
  .record({
    id,
    name,
    topic: text,
    table: name,
    fields,
    format: fc.record({
      encoding: fc.constantFrom<RecordEncoding>('json', 'avro', 'protobuf'),
      schema: optionalText,
      message: optionalText,
      paths,
      headers: fc.dictionary(name, someText, { maxKeys: 2, noNullPrototype: true }),
    }),
    eventTime: name,
    eventId: optionalText,
    knownAt: optionalText,
    allowedLatenessMs: fc.nat(),
    maxClockSkewMs: fc.nat(),
    dedupeMs: fc.option(durationMs),
    maxStalenessMs: fc.nat(),
    partitions: fc.nat(),
    archiveOrder: fc.array(name),
    metadata,
  })
  .chain((plain) =>
    fc.option(otherTopics).map((more) => (more === null ? plain : { ...plain, otherTopics: more })),
  );
const tableSource = fc.record({
  id,
  name,
  table: optionalText,
  query: optionalText,
  fields: fc.array(fc.record({ name, type: storedType }), { maxLength: 3 }),
  eventTime: name,
  knownAt: optionalText,
  metadata,
});
const tableView = fc.record({
  id,
  name,
  version: id,
  entity: name,
  source: name,
  keyFields: fc.array(name),
  features: fc.array(fc.record({ name, field: name, type: storedType, description: text }), { maxLength: 3 }),
  maxAgeMs: fc.option(durationMs),
  schedule,
  metadata,
  fingerprint: text,
});
const reference = fc.record({ view: name, version: id, feature: name });
const onDemandView = fc.record({
  id,
  name,
  version: id,
  inputs: fc.array(fc.record({ column: name, feature: reference, type: scalar }), { maxLength: 3 }),
  request: fields,
  features: fc.array(fc.record({ name, expression: text, type: scalar, description: text }), {
    maxLength: 3,
  }),
  metadata,
  fingerprint: text,
});
const userFunction = fc.record({
  name,
  parameters: fc.array(scalar, { maxLength: 3 }),
  result: scalar,
  source: text,
  sql: text,
  description: text,
});
const joinedSource = fc.record({
  id,
  name,
  left: name,
  right: name,
  on: fc.array(fc.record({ left: name, right: name }), { maxLength: 3 }),
  withinMs: fc.nat(),
  fields: fc.array(
    fc.record({ name, type: scalar, side: fc.constantFrom('left' as const, 'right' as const), field: name }),
    { maxLength: 3 },
  ),
  metadata,
});
const sequenceSource = fc.record({
  id,
  name,
  source: name,
  by: fc.array(name, { maxLength: 3 }),
  first: text,
  second: text,
  withinMs: fc.nat(),
  metadata,
});
const snapshot: fc.Arbitrary<RegistrySnapshot> = fc.record({
  version: fc.maxSafeNat(),
  appliedAtMs: fc.maxSafeInteger(),
  appliedBy: text,
  projects: fc.array(
    fc.record({
      name,
      entities: fc.array(fc.record({ id, name, joinKeys: fields, metadata }), { maxLength: 2 }),
      eventSources: fc.array(source, { maxLength: 2 }),
      joinedSources: fc.array(joinedSource, { maxLength: 2 }),
      sequenceSources: fc.array(sequenceSource, { maxLength: 2 }),
      tableSources: fc.array(tableSource, { maxLength: 2 }),
      aggregationViews: fc.array(view, { maxLength: 2 }),
      tableViews: fc.array(tableView, { maxLength: 2 }),
      onDemandViews: fc.array(onDemandView, { maxLength: 2 }),
      functions: fc.array(userFunction, { maxLength: 2 }),
      featureServices: fc.array(
        fc.record({
          id,
          name,
          version: id,
          features: fc.array(reference),
          variants: fc.array(fc.record({ name, sharePpm: id, features: fc.array(reference) }), {
            maxLength: 3,
          }),
          metadata,
        }),
        { maxLength: 2 },
      ),
    }),
    { maxLength: 2 },
  ),
  nextId: id,
});

describe('encodeRegistry and decodeRegistry', () => {
  it('give back any snapshot', () => {
    fc.assert(fc.property(snapshot, (given) => expect(decodeRegistry(encodeRegistry(given))).toEqual(given)));
  });

  it('give back what was applied, so that planning finds nothing to do', () => {
    const project = compileProject(flightsProject());
    const applied = applyPlan(null, project, { nowMs: 5, appliedBy: 'ana' });
    const decoded = decodeRegistry(encodeRegistry(applied));
    expect(decoded).toStrictEqual(applied);
    expect(applyPlan(decoded, project, { nowMs: 6, appliedBy: 'ana' })).toBe(decoded);
  });
});

describe('decodeRegistry', () => {
  const remedy = 'was it applied by a newer version of Forebay?';
  const viewWith = (feature: object) =>
    encodeMessage('RegistrySnapshot', {
      projects: [{ aggregation_views: [{ name: 'v', features: [{ name: 'x', ...feature }] }] }],
    });
  const lifetime = { lifetime: {} };

  it.each([
    [
      viewWith({ operation: 'median', window: lifetime, type: 'DOUBLE' }),
      `view "v", feature "x": unknown operation "median"; ${remedy}`,
    ],
    [
      viewWith({ operation: 'count', type: 'INT64' }),
      `view "v", feature "x": a window of an unknown kind; ${remedy}`,
    ],
    [
      viewWith({ operation: 'count', window: lifetime, type: 99 }),
      `view "v", feature "x": a value of an unknown type; ${remedy}`,
    ],
    [
      encodeMessage('RegistrySnapshot', {
        projects: [{ event_sources: [{ fields: [{ name: 'f', type: 'BOOL_LIST' }] }] }],
      }),
      `field "f": list<bool> is not the type of a column; ${remedy}`,
    ],
    [
      encodeMessage('RegistrySnapshot', {
        projects: [{ event_sources: [{ name: 's', format: { encoding: 9 as never } }] }],
      }),
      `event source "s": an unknown encoding of records; ${remedy}`,
    ],
    [
      encodeMessage('RegistrySnapshot', { projects: [{ table_views: [{ name: 'ranks' }] }] }),
      `view "ranks": a table view without a schedule; ${remedy}`,
    ],
    [
      encodeMessage('RegistrySnapshot', {
        projects: [{ on_demand_views: [{ name: 'z', inputs: [{ column: 'x' }] }] }],
      }),
      `view "z", input "x": an input that is no feature; ${remedy}`,
    ],
    [
      encodeMessage('RegistrySnapshot', { projects: [{ functions: [{ name: 'f', result: 'VECTOR' }] }] }),
      `function "f": vector<0> is not the type of a column; ${remedy}`,
    ],
  ])('refuses what it does not know: %#', (bytes, message) => {
    expect(() => decodeRegistry(bytes)).toThrow(
      new ForebayError('corrupt_data', `reading the registry: ${message}`),
    );
  });

  it('refuses bytes that are no snapshot', () => {
    expect(() => decodeRegistry(Uint8Array.of(255, 255))).toThrow(
      /^decoding RegistrySnapshot from 2 bytes: /,
    );
  });
});
