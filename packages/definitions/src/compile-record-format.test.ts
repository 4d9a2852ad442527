import { compileProject } from './compile-project';
import { compiledSource, sourceProblems } from './compiling.fixture';
import { eventSource } from './declarations';
import { declareFlights } from './flights.fixture';
import { project } from './project-declaration';
import { JSON_FORMAT } from './record-format';
import { compileYamlProject } from './yaml/compile-yaml-project';

const { fields } = declareFlights().flights.options;
const formatOf = (source: object) => compiledSource(source).format;

describe('the format of records', () => {
  it('is JSON by the names of the fields, unless said otherwise', () => {
    expect(formatOf({})).toEqual(JSON_FORMAT);
    expect(formatOf({ format: 'json' })).toEqual(JSON_FORMAT);
    const written = { ...fields, tail: { type: 'string', path: 'tail' }, delay: { type: 'int32' } };
    expect(compiledSource({ fields: written })).toEqual(compiledSource({}));
  });

  it('takes schemas from a registry, or the one that is given', () => {
    expect(formatOf({ format: 'avro' })).toEqual({ ...JSON_FORMAT, encoding: 'avro' });
    const schema = { type: 'record', name: 'Flight', fields: [] };
    const avro = formatOf({ format: { type: 'avro', schema } });
    expect(avro).toEqual({ ...JSON_FORMAT, encoding: 'avro', schema: JSON.stringify(schema) });
    expect(formatOf({ format: { type: 'avro', schema: JSON.stringify(schema, null, 2) } })).toEqual(avro);
    const text = 'syntax = "proto3"; message Flight {}';
    expect(formatOf({ format: { type: 'protobuf', schema: text, message: 'Flight' } })).toEqual({
      ...JSON_FORMAT,
      encoding: 'protobuf',
      schema: text,
      message: 'Flight',
    });
  });

  it('knows where fields stand that do not stand under their name', () => {
    const source = compiledSource({
      fields: {
        ...fields,
        time: { type: 'timestamp', header: 'ce_time' },
        price: { type: 'double', path: 'fare.amount.value' },
        tail: { type: 'string', path: 'aircraft.0.tail' },
      },
    });
    expect(source.format).toEqual({
      ...JSON_FORMAT,
      paths: { price: 'fare.amount.value', tail: 'aircraft.0.tail' },
      headers: { time: 'ce_time' },
    });
    expect(source.fields).toEqual(compiledSource({}).fields);
  });

  const place = 'event source "flights"';
  it.each<[object, string | RegExp]>([
    [
      { format: 'xml' },
      /^event source "flights": "format" is "xml": expected "json", "avro", "protobuf", \{/,
    ],
    [
      { format: { type: 'json', schema: '{}' } },
      /^event source "flights": "format" is an object: expected "json"/,
    ],
    [{ format: { type: 'avro', schema: '{' } }, `${place}, format: the Avro schema is not JSON`],
    [
      { format: { type: 'protobuf', schema: ' ' } },
      `${place}, format: the schema is empty: give its text, or leave it to a registry`,
    ],
    [
      { format: { type: 'protobuf', schema: 'x'.repeat(70_000) } },
      `${place}, format: the schema has 70000 characters, more than the limit of 65536: leave it to a schema registry`,
    ],
    [
      { fields: { ...fields, tail: { type: 'string', path: 'a', header: 'b' } } },
      `${place}, field "tail": it has a path and a header: a field stands in one place, leave one of them out`,
    ],
    [
      { fields: { ...fields, tail: { type: 'string', path: 'a..b' } } },
      `${place}, field "tail": "a..b" is not a path: names with dots between them, such as "payment.amount", in at most 512 characters; a dot in a name is written "\\."`,
    ],
    [
      { fields: { ...fields, tail: { type: 'string', header: 'a b' } } },
      `${place}, field "tail": "a b" is not a name of a header: use up to 200 visible characters`,
    ],
    [
      { fields: { ...fields, tail: { type: 'string', path: 'price.tail' } } },
      `${place}, field "tail": its path leads through field "price", which is a value: take one of them out`,
    ],
    [{ fields: { ...fields, tail: { type: 'text' } } }, /"fields.tail" is an object: expected bool, int32/],
  ])('refuses %j', (source, message) => {
    const [problem] = sourceProblems(source);
    if (typeof message === 'string') expect(problem).toBe(message);
    else expect(problem).toMatch(message);
  });

  it('is declared with types that know the names of fields', () => {
    const declared = eventSource({
      name: 's',
      topic: 's',
      format: 'protobuf',
      fields: {
        at: { type: 'timestamp', header: 'ce_time' },
        id: { type: 'string', header: 'ce_id' },
        n: 'int32',
      },
      eventTime: 'at',
      eventId: 'id',
      // @ts-expect-error a number says no time
      knownAt: 'n',
    });
    expect(declared.options.eventTime).toBe('at');
  });

  it('is the same in YAML', () => {
    const yaml = compileYamlProject(
      [
        'name: shop',
        'eventSources:',
        '  - name: payments',
        '    topic: payments',
        '    format: { type: protobuf, schema: \'syntax = "proto3"; message P {}\', message: P }',
        '    fields:',
        '      at: { type: timestamp, header: ce_time }',
        '      amount: { type: double, path: payment.amount.value }',
        '    eventTime: at',
      ].join('\n'),
    );
    const declared = eventSource({
      name: 'payments',
      topic: 'payments',
      format: { type: 'protobuf', schema: 'syntax = "proto3"; message P {}', message: 'P' },
      fields: {
        at: { type: 'timestamp', header: 'ce_time' },
        amount: { type: 'double', path: 'payment.amount.value' },
      },
      eventTime: 'at',
    });
    expect(yaml).toEqual(compileProject(project({ name: 'shop', eventSources: [declared] })));
  });
});
