import { ForebayError, SECOND_MS } from '@forebay/contract';
import type { ScalarType } from '@forebay/definitions';
import type { RequestField } from '../plan/plan';
import type { KeyValue, RequestColumn, RequestKind } from '../request/online-features-request';
import type { GivenColumn, GivenValue } from './request';

interface FieldTraits {
  readonly list: RequestKind;
  /** Stands where a null is. */
  readonly zero: KeyValue;
  /** undefined: the value is not of the type. */
  read(given: GivenValue): KeyValue | undefined;
}

const INTEGERS: FieldTraits = {
  list: 'integers',
  zero: 0,
  read: ({ kind, value }) => (kind === 'int32' || kind === 'int64' ? (value as number | bigint) : undefined),
};

const FIELDS = {
  bool: {
    list: 'booleans',
    zero: false,
    read: ({ kind, value }) => (kind === 'bool' ? (value as boolean) : undefined),
  },
  int32: INTEGERS,
  int64: INTEGERS,
  double: {
    list: 'doubles',
    zero: 0,
    read: (given) =>
      given.kind === 'double' || given.kind === 'float'
        ? (given.value as number)
        : asDouble(INTEGERS.read(given)),
  },
  string: {
    list: 'strings',
    zero: '',
    read: ({ kind, value }) => (kind === 'string' ? (value as string) : undefined),
  },
  timestamp: { list: 'integers', zero: 0, read: readTimestamp },
} as const satisfies Record<ScalarType, FieldTraits>;

const asDouble = (integer: KeyValue | undefined) => (integer === undefined ? undefined : Number(integer));

/** Seconds since the epoch, with a fraction where the kind has one, or ISO 8601 with a zone; as milliseconds. */
function readTimestamp({ kind, value }: GivenValue): number | undefined {
  if (kind === 'string') {
    if (!/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(value as string)) return undefined;
    const instant = Date.parse(value as string);
    return Number.isNaN(instant) ? undefined : instant;
  }
  if (kind === 'null' || kind === 'bool' || kind === 'other') return undefined;
  const ms = Math.floor(Number(value) * SECOND_MS);
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** A field of the request as the native request has it. Throws `invalid_request` that names the field and the row. */
export function dataColumn({ name, type, views }: RequestField, given: GivenColumn): RequestColumn {
  const { list, zero, read }: FieldTraits = FIELDS[type];
  const nulls: number[] = [];
  const values = given.values.map((value, row): KeyValue => {
    if (value.kind === 'null') {
      nulls.push(row);
      return zero;
    }
    const readValue = read(value);
    if (readValue !== undefined) return readValue;
    const what =
      value.kind === 'other' ? 'a list, map or other value' : `${value.kind} ${String(value.value)}`;
    const needs = views.map((view) => `"${view}"`).join(', ');
    throw new ForebayError(
      'invalid_request',
      `request field "${name}", row ${row}: the value is ${what}, not a ${type}; on-demand view ${needs} needs it`,
    );
  });
  return { name, kind: values.length === 0 ? 'none' : list, values, nulls };
}

/** A column that no field has the name of: what comes next refuses it by its name. */
export const unknownDataColumn = ({ name }: GivenColumn): RequestColumn => ({
  name,
  kind: 'none',
  values: [],
  nulls: [],
});
