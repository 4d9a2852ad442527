import type { FeatureType, RequestValue, TypedName } from '@forebay/client';
import { ForebayError } from '@forebay/contract';
import { nearestName } from '@forebay/service-kit';
import { instantOf } from './arguments';

/** By field of the request, one value for all rows, or one for each. */
export type RequestColumns = Readonly<Record<string, readonly RequestValue[]>>;

/**
 * Reads the values that were given as text or as JSON by the types of the fields. What is missing, or of the wrong number, the
 * server says. Throws `invalid_request` for a name that no on-demand view takes, and for a value that is not of its type.
 */
export function typedRequest(
  fields: readonly TypedName[],
  given: Readonly<Record<string, readonly unknown[]>>,
): RequestColumns {
  return Object.fromEntries(
    Object.entries(given).map(([name, values]) => {
      const field = fields.find((candidate) => candidate.name === name);
      if (field === undefined) throw unknownField(fields, name);
      const place = (row: number) => (values.length === 1 ? '' : `, row ${row + 1}`);
      return [name, values.map((value, row) => typedValue(field, value, place(row)))];
    }),
  );
}

function unknownField(fields: readonly TypedName[], name: string): ForebayError {
  const names = fields.map((field) => field.name);
  const nearest = nearestName(name, names);
  const taken = fields.map((field) => `${field.name} (${field.type})`).join(', ');
  const remedy =
    nearest !== null
      ? `did you mean "${nearest}"?`
      : fields.length === 0
        ? 'they take nothing from the request'
        : `they take ${taken}`;
  return new ForebayError('invalid_request', `"${name}" is no request field of these features; ${remedy}`);
}

function typedValue({ name, type }: TypedName, given: unknown, place: string): RequestValue {
  if (given === null) return null;
  const value = typeof given === 'string' ? fromText(given, type) : given;
  if (isOfType(value, type)) return value as RequestValue;
  const shown = typeof given === 'string' ? `"${given}"` : JSON.stringify(given);
  throw new ForebayError(
    'invalid_request',
    `request field "${name}"${place}: ${shown} is not ${article(type)} ${type}`,
  );
}

const article = (type: string) => (/^[aeiou]/.test(type) ? 'an' : 'a');

/** A text that is not of the type stays as it is, and is refused by its type. */
function fromText(text: string, type: FeatureType): unknown {
  switch (type) {
    case 'bool':
      return text === 'true' || (text === 'false' ? false : text);
    case 'int32':
    case 'int64': {
      if (!/^-?\d+$/.test(text)) return text;
      return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
    }
    case 'double':
      return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
    case 'timestamp': {
      const instant = instantOf(text);
      return instant === null ? text : new Date(instant);
    }
    default:
      return text;
  }
}

function isOfType(value: unknown, type: FeatureType): boolean {
  switch (type) {
    case 'bool':
      return typeof value === 'boolean';
    case 'int32':
      return typeof value === 'number' && value === (value | 0);
    case 'int64':
      return Number.isSafeInteger(value) || (typeof value === 'bigint' && BigInt.asIntN(64, value) === value);
    case 'double':
      return typeof value === 'number';
    case 'timestamp':
      return value instanceof Date || Number.isSafeInteger(value);
    default:
      return typeof value === 'string';
  }
}
