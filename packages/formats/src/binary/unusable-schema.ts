import { ForebayError } from '@forebay/contract';
import type { Wanted, WantedField } from '../wanted-fields';

/** A schema whose values a field cannot have. */
export function unusableFor(field: WantedField, what: string): ForebayError {
  return new ForebayError(
    'invalid_definition',
    `field "${field.name}" is ${field.type}, and in the schema ${what}`,
  );
}

/** A schema in which the path to fields leads through something that has no such parts. */
export function noPartsIn({ path, parts }: Wanted, what: string): ForebayError {
  const names = [...parts.keys()].map((name) => `"${name}"`).join(', ');
  return new ForebayError(
    'invalid_definition',
    `"${path.join('.')}" is ${what} in the schema: it has no ${names}`,
  );
}
