import { ForebayError } from './errors';

/** The types of an entity's join keys. */
export type JoinKeyType = 'string' | 'int32' | 'int64' | 'bool';

export type JoinKeyValue = string | number | bigint | boolean;

/** The longest encoded entity key; a longer one is an error of the caller's, not a key. */
export const MAX_ENTITY_KEY_BYTES = 1_024;

const SEPARATOR = '.';
const UNSAFE = /[%.{}]/;

/**
 * One join key as text: integers in decimal, booleans as `true` and `false`, strings with `%`, `.`, `{` and `}`
 * percent-escaped (so that the separator and Redis Cluster's hash tags stay unambiguous, and a key stays readable).
 * The same text is made in SQL by the offline store.
 */
export function encodeJoinKey(value: JoinKeyValue): string {
  if (typeof value !== 'string') return String(value);
  if (!UNSAFE.test(value)) return value;
  return value.replaceAll('%', '%25').replaceAll('.', '%2E').replaceAll('{', '%7B').replaceAll('}', '%7D');
}

/** The join keys in the entity's order, separated by dots: what Redis keys end with, and what is hashed into buckets. */
export function encodeEntityKey(values: readonly JoinKeyValue[]): string {
  let encoded = encodeJoinKey(values[0] as JoinKeyValue);
  for (let i = 1; i < values.length; i++) encoded += SEPARATOR + encodeJoinKey(values[i] as JoinKeyValue);
  return encoded;
}

/** The texts of the join keys of an encoded entity key, unescaped. */
export function decodeEntityKey(encoded: string): string[] {
  return encoded.split(SEPARATOR).map((part) => decodeURIComponentStrict(part));
}

function decodeURIComponentStrict(part: string): string {
  return part.replaceAll('%7D', '}').replaceAll('%7B', '{').replaceAll('%2E', '.').replaceAll('%25', '%');
}

/** Checks one join key against its declared type; returns null for a value that fits, else what is wrong with it. */
export function joinKeyMismatch(value: unknown, type: JoinKeyType): string | null {
  if (value === null || value === undefined) return 'is null';
  switch (type) {
    case 'string':
      if (typeof value !== 'string') return `is ${describe(value)}, not a string`;
      return value.isWellFormed() ? null : 'is not well-formed Unicode';
    case 'bool':
      return typeof value === 'boolean' ? null : `is ${describe(value)}, not a bool`;
    default: {
      if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isSafeInteger(value))) {
        return `is ${describe(value)}, not an ${type}`;
      }
      const bits = type === 'int32' ? 32 : 64;
      return BigInt.asIntN(bits, BigInt(value)) === BigInt(value) ? null : `is ${value}, outside ${type}`;
    }
  }
}

function describe(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, 40)}"` : `${typeof value} ${String(value)}`;
}

/** Throws `invalid_request` for an encoded key over the limit. */
export function checkEntityKeyLength(encoded: string): void {
  if (Buffer.byteLength(encoded) > MAX_ENTITY_KEY_BYTES) {
    throw new ForebayError(
      'invalid_request',
      `entity key "${encoded.slice(0, 60)}…" is longer than ${MAX_ENTITY_KEY_BYTES} bytes`,
    );
  }
}
