import { compileProject, eventSource, project } from '@forebay/definitions';
import { checkSchemas } from './check-schemas';

const schema = {
  type: 'record',
  name: 'Payment',
  fields: [
    { name: 'at', type: 'long' },
    { name: 'amount', type: 'string' },
  ],
};

function projectWith(amount: object | string, format: object | string) {
  const source = eventSource({
    name: 'payments',
    topic: 'payments',
    format: format as never,
    fields: { at: 'timestamp', amount } as never,
    eventTime: 'at' as never,
  });
  return compileProject(project({ name: 'shop', eventSources: [source] }));
}

describe('checkSchemas', () => {
  it('takes schemas that have the fields, and those that a registry has', () => {
    expect(() => checkSchemas(projectWith('string', { type: 'avro', schema }))).not.toThrow();
    expect(() => checkSchemas(projectWith('double', 'avro'))).not.toThrow();
    expect(() => checkSchemas(projectWith('double', 'json'))).not.toThrow();
  });

  it.each<[object | string, object, string]>([
    ['double', { type: 'avro', schema }, 'field "amount" is double, and in the schema its value is a string'],
    [
      { type: 'string', path: 'amount.value' },
      { type: 'avro', schema },
      '"amount" is string in the schema: it has no "value"',
    ],
    [
      { type: 'string', path: 'amuont' },
      { type: 'avro', schema },
      'the schema has no "amuont": check the names and paths of fields',
    ],
    [
      'double',
      { type: 'avro', schema: { type: 'record' } },
      'the Avro schema cannot be used: a record has no name',
    ],
    ['double', { type: 'protobuf', schema: 'message {' }, 'the Protobuf schema cannot be used: '],
    [
      'double',
      {
        type: 'protobuf',
        schema: 'syntax = "proto3"; message A { int64 at = 1; repeated double amount = 2; }',
      },
      'field "amount" is double, and in the schema its value is a list',
    ],
    [
      'double',
      { type: 'protobuf', schema: 'syntax = "proto3"; message A {}', message: 'B' },
      'the Protobuf schema cannot be used: it has no message "B"',
    ],
  ])('refuses %j of %j', (amount, format, message) => {
    expect(() => checkSchemas(projectWith(amount, format))).toThrow(
      `\n  - event source "payments", format: ${message}`,
    );
  });
});
