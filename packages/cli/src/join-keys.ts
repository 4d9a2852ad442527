import type { KeyValue } from '@forebay/client';
import { ForebayError, type JoinKeyType, joinKeyMismatch } from '@forebay/contract';
import { nearestName } from '@forebay/service-kit';

export interface JoinKey {
  readonly name: string;
  readonly type: JoinKeyType;
}

/** By join key, one value per row. */
export type KeyColumns = Readonly<Record<string, readonly KeyValue[]>>;

/**
 * Reads the values that were given as text (or, from a file of rows, as JSON values) by the types of the join keys.
 * Throws `invalid_request` for a name that is no join key, a missing one, rows that differ in number, a wrong type.
 */
export function typedKeys(
  joinKeys: readonly JoinKey[],
  given: Readonly<Record<string, readonly unknown[]>>,
): KeyColumns {
  const names = joinKeys.map(({ name }) => name);
  const needs = `needed: ${joinKeys.map(({ name, type }) => `${name} (${type})`).join(', ')}`;
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const nearest = nearestName(name, names);
    const remedy = nearest === null ? needs : `did you mean "${nearest}"?`;
    throw new ForebayError('invalid_request', `"${name}" is no join key of these features; ${remedy}`);
  }
  const rows = Math.max(0, ...Object.values(given).map((values) => values.length));
  return Object.fromEntries(
    joinKeys.map((joinKey) => {
      const values = given[joinKey.name] ?? [];
      if (values.length !== rows || rows === 0) {
        const has = values.length === 0 ? 'is missing' : `has ${values.length} values for ${rows} rows`;
        throw new ForebayError('invalid_request', `join key "${joinKey.name}" ${has}; ${needs}`);
      }
      return [joinKey.name, values.map((value, row) => typedKey(joinKey, value, row))];
    }),
  );
}

function typedKey({ name, type }: JoinKey, given: unknown, row: number): KeyValue {
  const value = typeof given === 'string' ? fromText(given, type) : given;
  const mismatch = joinKeyMismatch(value, type);
  if (mismatch === null) return value as KeyValue;
  throw new ForebayError('invalid_request', `join key "${name}", row ${row + 1}: the value ${mismatch}`);
}

/** A text that is not of the type stays as it is, and is refused by its type. */
function fromText(text: string, type: JoinKeyType): KeyValue {
  if (type === 'string') return text;
  if (type === 'bool') return text === 'true' || (text === 'false' ? false : text);
  if (!/^-?\d+$/.test(text)) return text;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}
