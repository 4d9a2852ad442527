import { compileView, newViewOutput, STATUS } from '@forebay/algebra';
import { decodeMessage } from '@forebay/contract';
import {
  aggregationView,
  compileProject,
  count,
  countBy,
  entity,
  entityOf,
  eventSource,
  last,
  lastN,
  mean,
  min,
  type OutputFormat,
  project,
  sourceOf,
} from '@forebay/definitions';
import { updateWriter } from './update-record';

const AS_OF_MS = 1_764_170_000_123;
const KEY = 'a%2Eb.9007199254740993.true';

function writer(format: OutputFormat) {
  const card = entity({ name: 'card', joinKeys: { user: 'string', card: 'int64', own: 'bool' } });
  const source = eventSource({
    name: 'payments',
    topic: 'payments',
    fields: {
      time: 'timestamp',
      user: 'string',
      card: 'int64',
      own: 'bool',
      amount: 'double',
      units: 'int64',
      city: 'string',
    },
    eventTime: 'time',
  });
  const window = '1h' as const;
  const view = aggregationView({
    name: 'spending',
    entity: card,
    source,
    batch: false,
    output: { topic: 'o', format },
    features: {
      payments: count({ window }),
      paid: mean('amount', { window }),
      least: min('units', { window }),
      city: last('city', { window }),
      was_own: last('own', { window }),
      at: last('time', { window }),
      cities: lastN('city', 3, { window }),
      owns: lastN('own', 3, { window }),
      by_city: countBy('city', { window }),
      by_units: countBy('units', { window }),
    },
  });
  const compiled = compileProject(
    project({ name: 'shop', entities: [card], eventSources: [source], aggregationViews: [view] }),
  );
  const [made] = compiled.aggregationViews;
  if (made?.output === undefined) throw new Error('the view has no output');
  const layout = compileView(made, sourceOf(compiled, made));
  const write = updateWriter({
    project: 'shop',
    view: made,
    output: made.output,
    entity: entityOf(compiled, made),
    layout,
  });
  const values = newViewOutput(layout);
  const places = made.features.map(({ name }) => name);
  const set = (
    name: string,
    value: number | Exclude<(typeof values.others)[number], null>,
    status: number = STATUS.PRESENT,
  ) => {
    const index = places.indexOf(name);
    if (typeof value === 'number') values.numbers[index] = value;
    else values.others[index] = value;
    values.statuses[index] = status;
  };
  values.statuses.fill(STATUS.PRESENT);
  set('payments', 3);
  values.statuses[places.indexOf('paid')] = STATUS.NULL_VALUE;
  set('least', -9_223_372_036_854_775_808n, STATUS.DEGRADED);
  set('city', 'Zürich "1"');
  set('was_own', 1);
  set('at', AS_OF_MS - 1);
  set('cities', ['b', 'a']);
  set('owns', [1, 0]);
  set(
    'by_city',
    new Map([
      ['a', 2],
      ['b', 1],
    ]),
  );
  set(
    'by_units',
    new Map<number | bigint, number>([
      [-1, 2],
      [9_007_199_254_740_993n, 1],
    ]) as never,
  );
  values.reason = 'stale';
  return { write, values };
}

describe('a record of an output topic', () => {
  it('in JSON has exact integers, and the statuses that are not PRESENT', () => {
    const { write, values } = writer('json');
    const text = write(KEY, AS_OF_MS, values).toString();
    expect(text).toBe(
      '{"project":"shop","view":"spending","version":1,"entity":"card","keys":{"user":"a.b","card":9007199254740993,"own":true},' +
        `"as_of_ms":${AS_OF_MS},"features":{"payments":3,"paid":null,"least":-9223372036854775808,"city":"Zürich \\"1\\"","was_own":true,` +
        `"at":${AS_OF_MS - 1},"cities":["b","a"],"owns":[true,false],"by_city":{"a":2,"b":1},"by_units":{"-1":2,"9007199254740993":1}},` +
        '"statuses":{"paid":"NULL_VALUE","least":"DEGRADED"},"degraded_reason":"stale"}',
    );
  });

  it('in protobuf is the message of the contract', () => {
    const { write, values } = writer('protobuf');
    const message = decodeMessage('FeatureUpdate', write(KEY, AS_OF_MS, values));
    expect(message).toMatchObject({
      project: 'shop',
      view: 'spending',
      version: 1,
      entity: 'card',
      keys: [
        { name: 'user', text: 'a.b' },
        { name: 'card', integer: Number(9_007_199_254_740_993n) },
        { name: 'own', boolean: true },
      ],
      as_of_ms: AS_OF_MS,
      degraded_reason: 'stale',
    });
    expect(message.features).toMatchObject([
      { name: 'payments', type: 'INT64', status: 'PRESENT', integer: 3 },
      { name: 'paid', type: 'DOUBLE', status: 'NULL_VALUE' },
      { name: 'least', status: 'DEGRADED', integer: -(2 ** 63) },
      { name: 'city', text: 'Zürich "1"' },
      { name: 'was_own', boolean: true },
      { name: 'at', type: 'TIMESTAMP', integer: AS_OF_MS - 1 },
      { name: 'cities', type: 'STRING_LIST', list: { strings: ['b', 'a'] } },
      { name: 'owns', list: { integers: [1, 0] } },
      { name: 'by_city', map: { string_keys: ['a', 'b'], integers: [2, 1] } },
      { name: 'by_units', map: { integer_keys: [-1, 2 ** 53], integers: [2, 1] } },
    ]);
    expect(message.features[1]?.value).toBeUndefined();
  });

  it('says why values are DEGRADED only if one that it has is', () => {
    const { write, values } = writer('json');
    values.statuses.fill(STATUS.PRESENT);
    expect(JSON.parse(write(KEY, AS_OF_MS, values).toString())).not.toHaveProperty('degraded_reason');
  });
});
