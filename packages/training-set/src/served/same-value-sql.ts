/** Whether two values of a feature are the same, in SQL. Pure. */
import type { ValueType } from '@forebay/definitions';

const NUMBERS: readonly string[] = ['int32', 'int64', 'double'];

/**
 * A condition over two values of ClickHouse's type for the feature's.
 *
 * @param tolerance how far two numbers may be apart, as a share of the larger one; of numbers below 1, of 1
 */
export function sameValueSql(type: ValueType, a: string, b: string, tolerance: number): string {
  const list = /^list<(.+)>$/.exec(type)?.[1];
  // both sides of AND are computed for blocks whose lists differ in length, which arrayAll over two lists refuses
  if (list !== undefined)
    return isNumeric(list) && tolerance > 0
      ? `(length(${a}) = length(${b}) AND arrayAll(i -> ${nearSql(`${a}[i]`, `${b}[i]`, tolerance)}, arrayEnumerate(${a})))`
      : `(${a} = ${b})`;
  const mapped = /^map<.+,(.+)>$/.exec(type)?.[1];
  if (mapped !== undefined) {
    const same = isNumeric(mapped) ? nearSql(`${a}[k]`, `${b}[k]`, tolerance) : `${a}[k] = ${b}[k]`;
    return `(length(${a}) = length(${b}) AND arrayAll(k -> mapContains(${b}, k) AND ${same}, mapKeys(${a})))`;
  }
  if (!isNumeric(type)) return type.startsWith('vector<') ? `(${a} = ${b})` : `(${a} <=> ${b})`;
  return `if(isNull(${a}) OR isNull(${b}), isNull(${a}) = isNull(${b}), ${nearSql(`assumeNotNull(${a})`, `assumeNotNull(${b})`, tolerance)})`;
}

const isNumeric = (type: string) => NUMBERS.includes(type);

/** Integers are compared as such where they have to be equal: doubles do not tell all of them apart. */
function nearSql(a: string, b: string, tolerance: number): string {
  if (tolerance === 0) return `${a} = ${b}`;
  const [x, y] = [`toFloat64(${a})`, `toFloat64(${b})`];
  return `(${a} = ${b} OR abs(${x} - ${y}) <= ${tolerance} * greatest(1, abs(${x}), abs(${y})))`;
}
