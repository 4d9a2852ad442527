import type { FeatureType, FeatureValue } from '@forebay/client';
import { formatInstant } from '@forebay/contract';

/** Digits that a double is shown with; `--json` has all of them. */
const SHOWN_DIGITS = 10;
/** Numbers of a vector that are shown. */
const SHOWN_NUMBERS = 4;

/** A feature's value for people. */
export function featureText(value: FeatureValue, type: FeatureType): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return value;
  if (value instanceof Float32Array) return vectorText(value);
  if (typeof value === 'object') return `[${value.map((item) => itemText(item, type)).join(', ')}]`;
  return itemText(value, type);
}

function itemText(value: boolean | number | bigint | string, type: FeatureType): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'number') return String(value);
  if (type.startsWith('timestamp')) return formatInstant(value);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(SHOWN_DIGITS)));
}

function vectorText(vector: Float32Array): string {
  const shown = [...vector.subarray(0, SHOWN_NUMBERS)].map((number) => String(Number(number.toPrecision(4))));
  const rest = vector.length - shown.length;
  return `[${shown.join(', ')}${rest === 0 ? '' : `, … ${rest} more`}]`;
}
