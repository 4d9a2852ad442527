/**
 * Pieces of SQL that write little-endian bytes (docs/CODEC.md). `concat` and `arrayStringConcat` keep the zero bytes of
 * FixedStrings and of reinterpreted arrays.
 */

/** The bytes of an array of numbers, one after another. */
export const bytesOf = (array: string) => `reinterpret(${array}, 'String')`;
export const fourBytes = (number: string) => `reinterpret(${number}, 'FixedString(4)')`;
export const eightBytes = (number: string) => `reinterpret(${number}, 'FixedString(8)')`;

export const asType = (array: string, type: string) => `CAST(${array}, 'Array(${type})')`;
export const asFloats = (array: string) => asType(array, 'Float64');

/** A column of a batch list: its type code, then parallel arrays over the segments. */
export const column = (code: number, ...arrays: string[]) =>
  `concat(char(${code}), ${arrays.map(bytesOf).join(', ')})`;

/** Unsigned counts in the narrowest of u16, u32 and f64 that holds them all. */
export function countColumn(array: string): string {
  const wide = `if(arrayMax(${array}) < 4294967296, ${column(4, asType(array, 'UInt32'))}, ${column(8, asFloats(array))})`;
  return `if(arrayMax(${array}) < 65536, ${column(2, asType(array, 'UInt16'))}, ${wide})`;
}

/** The states of a variable component, as their lengths and their bytes. */
export function variableColumn(array: string): string {
  return `concat(char(1), ${bytesOf(`arrayMap(state -> toUInt32(length(state)), ${array})`)}, arrayStringConcat(${array}))`;
}

/** `sql` over names that stand for expressions, each of which is computed once. */
export function withNames(names: Readonly<Record<string, string>>, sql: string): string {
  const [left, right] = [Object.keys(names), Object.values(names)];
  const parameters = left.length === 1 ? left[0] : `(${left.join(', ')})`;
  return `arrayMap(${parameters} -> ${sql}, ${right.map((value) => `[${value}]`).join(', ')})[1]`;
}

/** A double that is written down exactly, whatever its digits. */
export function doubleSql(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return `reinterpretAsFloat64(toUInt64(${view.getBigUint64(0)}))`;
}
