import { ForebayError, type Message, type MessageInput } from '@forebay/contract';
import type { Field, ScalarType, TableField, ValueType, VectorType } from './model';

type TypeName = Exclude<Message<'Field'>['type'], 'VALUE_TYPE_UNSPECIFIED'>;

const TYPE_NAMES = {
  bool: 'BOOL',
  int32: 'INT32',
  int64: 'INT64',
  double: 'DOUBLE',
  string: 'STRING',
  timestamp: 'TIMESTAMP',
  'list<bool>': 'BOOL_LIST',
  'list<int32>': 'INT32_LIST',
  'list<int64>': 'INT64_LIST',
  'list<double>': 'DOUBLE_LIST',
  'list<string>': 'STRING_LIST',
  'list<timestamp>': 'TIMESTAMP_LIST',
  'map<string,int64>': 'STRING_INT64_MAP',
  'map<string,double>': 'STRING_DOUBLE_MAP',
  'map<int64,int64>': 'INT64_INT64_MAP',
  'map<int64,double>': 'INT64_DOUBLE_MAP',
} as const satisfies Record<Exclude<ValueType, VectorType>, TypeName>;

const TYPES_BY_NAME = new Map<string, ValueType>(
  Object.entries(TYPE_NAMES).map(([type, name]) => [name, type as ValueType]),
);

/** How many numbers a vector has; null of other types. */
export function vectorLength(type: ValueType): number | null {
  const match = /^vector<(\d+)>$/.exec(type);
  return match === null ? null : Number(match[1]);
}

/** The contract's name of a type; of vectors without their length. */
export function typeToMessage(type: ValueType): TypeName {
  return vectorLength(type) === null ? TYPE_NAMES[type as Exclude<ValueType, VectorType>] : 'VECTOR';
}

/** @param length of a vector; 0 for other types */
export function typeFromMessage(name: string, length: number, place: string): ValueType {
  const type = name === 'VECTOR' ? (`vector<${length}>` as const) : TYPES_BY_NAME.get(name);
  if (type === undefined) throw unknownPart(`${place}: a value of an unknown type`);
  return type;
}

export function scalarFromMessage(name: string, place: string): ScalarType {
  const type = typeFromMessage(name, 0, place);
  if (!/^[a-z0-9]+$/.test(type)) throw unknownPart(`${place}: ${type} is not the type of a column`);
  return type as ScalarType;
}

export function fieldToMessage({ name, type }: Field): MessageInput<'Field'> {
  return { name, type: typeToMessage(type) };
}

export function fieldFromMessage({ name, type }: Message<'Field'>): Field {
  return { name, type: scalarFromMessage(type, `field "${name}"`) };
}

export function tableFieldToMessage({ name, type }: TableField): MessageInput<'TableField'> {
  return { name, type: typeToMessage(type), vector_length: vectorLength(type) ?? 0 };
}

export function tableFieldFromMessage({ name, type, vector_length }: Message<'TableField'>): TableField {
  return { name, type: typeFromMessage(type, vector_length, `field "${name}"`) };
}

/** The error of a snapshot with parts that this version does not know. */
export function unknownPart(message: string): ForebayError {
  return new ForebayError(
    'corrupt_data',
    `reading the registry: ${message}; was it applied by a newer version of Forebay?`,
  );
}
