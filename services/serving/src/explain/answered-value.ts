import { type ItemLimit, type OtherValue, type Readable, readableValue, STATUS } from '@forebay/algebra';
import type { ValueType } from '@forebay/definitions';
import type { AnsweringView } from '../plan/readable-view';

const STATUS_NAMES = Object.fromEntries(Object.entries(STATUS).map(([name, number]) => [number, name]));

/** A value as its type has it: booleans, and int64 numbers of maps, are held as doubles. */
export function readableFeature(type: ValueType, value: OtherValue | null, limit: ItemLimit): Readable {
  if (value === null) return null;
  if (type === 'bool') return value !== 0;
  if (type === 'list<bool>') return limit.take(value as readonly number[]).map((item) => item !== 0);
  if (value instanceof Map && type.endsWith(',int64>')) return readableValue(withIntegers(value), limit);
  return readableValue(value, limit);
}

function withIntegers(map: ReadonlyMap<string | number | bigint, number>) {
  const wide = [...map].map(([key, number]) => [key, Number.isSafeInteger(number) ? number : BigInt(number)]);
  return new Map(wide as [string, number][]);
}

/** A feature of a view as the view left it for the row that was answered last. */
export function answeredValue(
  { output, inFloat64Block, view }: AnsweringView,
  feature: number,
  limit: ItemLimit,
): Readable {
  const { type } = view.features[feature] as { readonly type: ValueType };
  if (!inFloat64Block[feature]) return readableFeature(type, output.others[feature] ?? null, limit);
  const number = output.numbers[feature] as number;
  return Number.isNaN(number) ? null : readableFeature(type, number, limit);
}

export function answeredStatus({ output }: AnsweringView, feature: number): string {
  return STATUS_NAMES[output.statuses[feature] as number] as string;
}
