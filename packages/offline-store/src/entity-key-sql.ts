import { ForebayError, MAX_ENTITY_KEY_BYTES } from '@forebay/contract';
import type { ExpressionType } from '@forebay/expressions';

/** The text of one join key (not null) in SQL, equal to `encodeJoinKey` of @forebay/contract. */
export function joinKeySql(column: string, type: ExpressionType): string {
  switch (type) {
    case 'string':
      return `if(multiSearchAny(${column}, ['%', '.', '{', '}']), ${escaped(column)}, ${column})`;
    case 'int':
      return `toString(${column})`;
    case 'bool':
      return `if(${column} = 1, 'true', 'false')`;
    default:
      throw new ForebayError('internal', `join keys of type ${type} have no text`);
  }
}

/** The encoded entity key from the texts of its join keys. */
export function entityKeySql(joinKeys: readonly string[]): string {
  return joinKeys.length === 1 ? (joinKeys[0] as string) : `concat(${joinKeys.join(", '.', ")})`;
}

/** A longer key is no key: serving refuses it, and the stream does. */
export function keyFitsSql(key: string): string {
  return `length(${key}) <= ${MAX_ENTITY_KEY_BYTES}`;
}

function escaped(column: string): string {
  const escapes = [
    ['%', '%25'],
    ['.', '%2E'],
    ['{', '%7B'],
    ['}', '%7D'],
  ];
  return escapes.reduce((sql, [character, code]) => `replaceAll(${sql}, '${character}', '${code}')`, column);
}
