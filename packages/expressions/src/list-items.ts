import { type Int, intFromDouble } from './int64';
import type { Typed } from './typed';
import type { ExpressionType, Value } from './value';

/**
 * The items that a value of type `left` can equal, in the form that such a value has; the others can be left out. An
 * int equals a double only where it does so exactly. Null when an item is of a type that does not compare.
 */
export function listItems(left: ExpressionType, items: readonly Typed[]): readonly Value[] | null {
  const kept: Value[] = [];
  for (const item of items) {
    if (item.kind !== 'literal' || item.value === null) return null;
    const value = itemFor(left, item.type as ExpressionType, item.value);
    if (value === undefined) return null;
    if (value !== null) kept.push(value);
  }
  return kept;
}

/** Null when no value of type `left` equals the item, undefined when the types do not compare. */
function itemFor(left: ExpressionType, type: ExpressionType, item: Value): Value | undefined {
  if (left === type) return item;
  if (left === 'int' && type === 'double')
    return Number.isInteger(item) ? intFromDouble(item as number) : null;
  if (left === 'double' && type === 'int') {
    const nearest = Number(item);
    return BigInt(nearest) === BigInt(item as Int) ? nearest : null;
  }
  return undefined;
}
