import type { FeatureType, FeatureValue } from '@forebay/client';
import { formatInstant } from '@forebay/contract';

/** Digits that a double is shown with; `--json` has all of them, and all items. */
const SHOWN_DIGITS = 10;
const SHOWN_ITEMS = 20;
/** Numbers of a vector that are shown. */
const SHOWN_NUMBERS = 4;

/** A feature's value for people. */
export function featureText(value: FeatureValue, type: FeatureType): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return value;
  if (value instanceof Float32Array) {
    return listText([...value], SHOWN_NUMBERS, (number) => String(Number(number.toPrecision(4))));
  }
  if (isMap(value)) {
    const entry = ([key, number]: readonly [Item, Item]) =>
      `${itemText(key, type)}: ${itemText(number, type)}`;
    return `{${itemsText([...value], SHOWN_ITEMS, entry)}}`;
  }
  if (typeof value === 'object') return listText(value, SHOWN_ITEMS, (item) => itemText(item, type));
  return itemText(value, type);
}

type Item = boolean | number | bigint | string;

function isMap(value: FeatureValue): value is ReadonlyMap<string | number | bigint, number | bigint> {
  return value instanceof Map;
}

function itemText(value: Item, type: FeatureType): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'number') return String(value);
  if (type.includes('timestamp')) return formatInstant(value);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(SHOWN_DIGITS)));
}

function listText<T>(items: readonly T[], shown: number, text: (item: T) => string): string {
  return `[${itemsText(items, shown, text)}]`;
}

function itemsText<T>(items: readonly T[], shown: number, text: (item: T) => string): string {
  const rest = items.length > shown ? [`… ${items.length - shown} more`] : [];
  return [...items.slice(0, shown).map(text), ...rest].join(', ');
}
