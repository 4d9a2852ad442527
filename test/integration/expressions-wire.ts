import type { Column, CompiledExpression, ExpressionType, Row, Value } from '@forebay/expressions';

const RELATIVE_TOLERANCE = 1e-12;

export function wireValue(type: ExpressionType, value: Value): Value {
  if (value === null || typeof value === 'boolean') return value;
  return type === 'double' ? doubleBits(value as number) : String(value);
}

export function doubleBits(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString();
}

export function doubleFromBits(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(bits));
  return view.getFloat64(0);
}

export function fromWire(type: ExpressionType, value: string | number | boolean | null): Value {
  if (value === null) return null;
  if (type === 'string') return value;
  if (type === 'bool') return value === 1 || value === true;
  if (type === 'double') return doubleFromBits(value as string);
  const exact = BigInt(value as string);
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}

export function close(a: Value, b: Value): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return Object.is(a, b);
  // Below the normal doubles there are fewer digits than the tolerance asks for.
  return Math.abs(a - b) <= Math.max(RELATIVE_TOLERANCE * Math.abs(a), Number.MIN_VALUE * 2 ** 52);
}

export function difference(
  expression: CompiledExpression,
  columns: readonly Column[],
  row: Row,
  closure: Value,
  sql: Value,
): string {
  const inputs = columns.flatMap(({ name }, i) =>
    expression.columns.includes(name) ? [`${name} = ${show(row[i] as Value)}`] : [],
  );
  return [
    `${expression.text}: closure ${show(closure)}, SQL ${show(sql)}`,
    `  where ${inputs.join(', ')}`,
    `  SQL: ${expression.toSql((name) => name)}`,
  ].join('\n');
}

export function show(value: Value): string {
  if (typeof value === 'bigint') return `${value}n`;
  return Object.is(value, -0) ? '-0' : JSON.stringify(value);
}
