/** Values of features in records of an output topic. No I/O. */
import type { OtherValue, ViewOutput } from '@forebay/algebra';
import type { MessageInput } from '@forebay/contract';
import type { ValueType } from '@forebay/definitions';

type FeatureMessage = Omit<MessageInput<'UpdatedFeature'>, 'name' | 'type' | 'status'>;
type Item = number | bigint | string;

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** What a view's output holds of a feature: a number or anything else; null: there is no value. */
export function valueAt(
  { numbers, others }: ViewOutput,
  index: number,
  isNumber: boolean,
): OtherValue | null {
  if (!isNumber) return others[index] ?? null;
  const number = numbers[index] as number;
  return Number.isNaN(number) ? null : number;
}

/** JSON: integers have as many digits as they need, timestamps are milliseconds, maps are objects. */
export function jsonValue(value: OtherValue | null, type: ValueType): string {
  if (value === null) return 'null';
  const item = itemType(type);
  if (type.startsWith('list<'))
    return `[${(value as readonly Item[]).map((each) => jsonItem(each, item)).join()}]`;
  if (type.startsWith('map<')) {
    const entries = [...(value as ReadonlyMap<Item, number>)];
    return `{${entries.map(([key, number]) => `${JSON.stringify(String(key))}:${jsonItem(number, item)}`).join()}}`;
  }
  return jsonItem(value as Item, item);
}

function jsonItem(value: Item, type: string): string {
  if (type === 'bool') return String(value !== 0);
  if (typeof value === 'string') return JSON.stringify(value);
  return type === 'double' ? String(value) : integerText(value);
}

/** The same as the member of an UpdatedFeature. */
export function messageValue(value: OtherValue | null, type: ValueType): FeatureMessage {
  if (value === null) return {};
  const item = itemType(type);
  if (type.startsWith('list<')) return { list: itemsMessage(value as readonly Item[], item) };
  if (type.startsWith('map<')) {
    const map = value as ReadonlyMap<Item, number>;
    const keys = [...map.keys()];
    const names = type.startsWith('map<string')
      ? { string_keys: keys as string[] }
      : { integer_keys: (keys as (number | bigint)[]).map(integer) };
    return { map: { ...names, ...itemsMessage([...map.values()], item) } };
  }
  if (item === 'bool') return { boolean: value !== 0 };
  if (typeof value === 'string') return { text: value };
  return item === 'double' ? { number: value as number } : { integer: integer(value as number | bigint) };
}

function itemsMessage(items: readonly Item[], type: string) {
  if (type === 'string') return { strings: items as readonly string[] as string[] };
  if (type === 'double') return { doubles: items as readonly number[] as number[] };
  return { integers: (items as readonly (number | bigint)[]).map(integer) };
}

/** Of what a list or a map holds, or of the value itself. */
function itemType(type: ValueType): string {
  return /^(?:list<|map<\w+,)(\w+)>$/.exec(type)?.[1] ?? type;
}

/** What the protobuf library takes for an integer of 64 bits. */
function integer(value: number | bigint): number | string {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : integerText(value);
}

/** A sum beyond 64 bits is the end of their range: a response has that too. */
function integerText(value: number | bigint): string {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  const whole = BigInt(value);
  return String(whole > MAX_INT64 ? MAX_INT64 : whole < MIN_INT64 ? MIN_INT64 : whole);
}
