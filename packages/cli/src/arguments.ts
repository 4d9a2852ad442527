import { parseDuration } from '@forebay/contract';
import { LOAD_FORMATS, type LoadFormat } from '@forebay/offline-store';
import { type Grant, isCredentialName, parseGrant } from '@forebay/service-kit';
import { InvalidArgumentError } from 'commander';

const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/** ISO 8601 with a zone, a date (midnight UTC), or milliseconds since the epoch; null: none of them. */
export function instantOf(text: string): number | null {
  const instant = /^-?\d+$/.test(text) ? Number(text) : INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isSafeInteger(instant) ? instant : null;
}

export function instantArgument(text: string): number {
  const instant = instantOf(text);
  if (instant !== null) return instant;
  throw new InvalidArgumentError(
    'It is not an instant such as 2026-01-31T18:00:00Z, 2026-01-31, or milliseconds since the epoch.',
  );
}

/** `90m`, `-30d`, or whole milliseconds. */
export function shiftArgument(text: string): number {
  const [, sign, amount] = /^([+-]?)(\d.*)$/.exec(text.trim()) ?? [];
  const amountMs =
    amount === undefined ? Number.NaN : durationOf(/^\d+$/.test(amount) ? `${amount}ms` : amount);
  if (Number.isNaN(amountMs)) {
    throw new InvalidArgumentError('It is not a duration such as 90m or -30d, or whole milliseconds.');
  }
  return sign === '-' ? 0 - amountMs : amountMs;
}

/** `90s`, `15m`, `1h`, as milliseconds. */
export function durationArgument(text: string): number {
  const durationMs = durationOf(text);
  if (durationMs > 0) return durationMs;
  throw new InvalidArgumentError('It is not a duration such as 500ms, 90s or 15m.');
}

function durationOf(text: string): number {
  try {
    return parseDuration(text, 'duration');
  } catch {
    return Number.NaN;
  }
}

/** Adds one `field=column`; an empty column leaves the field null. */
export function columnArgument(
  text: string,
  previous: Readonly<Record<string, string | null>> = {},
): Readonly<Record<string, string | null>> {
  const [field, column] = pairOf(text, 'field=column, or field= for a field that is null in every row');
  return { ...previous, [field]: column === '' ? null : column };
}

/** Adds one `name=column`, for a join key or a request field. */
export function renameArgument(
  text: string,
  previous: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [name, column] = pairOf(text, 'name=column');
  if (column === '') throw new InvalidArgumentError('It is not name=column.');
  return { ...previous, [name]: column };
}

const MOST_THREADS = 64;

export function threadsArgument(text: string): number {
  const threads = /^\d+$/.test(text) ? Number(text) : 0;
  if (threads >= 1 && threads <= MOST_THREADS) return threads;
  throw new InvalidArgumentError(`It is not a number from 1 to ${MOST_THREADS}.`);
}

/** Adds one `name=value`; the same name again is another row. */
export function keyArgument(
  text: string,
  previous: Readonly<Record<string, readonly string[]>> = {},
): Readonly<Record<string, readonly string[]>> {
  const [name, value] = pairOf(text, 'joinKey=value');
  return { ...previous, [name]: [...(previous[name] ?? []), value] };
}

/** Adds one `name=value`, or the fields of a JSON object: a value for all rows, a list or the same name again one for each. */
export function requestArgument(
  text: string,
  previous: Readonly<Record<string, readonly unknown[]>> = {},
): Readonly<Record<string, readonly unknown[]>> {
  const added = text.trimStart().startsWith('{')
    ? jsonFields(text)
    : [pairOf(text, 'field=value, or a JSON object')];
  const all = { ...previous };
  for (const [name, value] of added) {
    all[name] = [...(all[name] ?? []), ...(Array.isArray(value) ? (value as unknown[]) : [value])];
  }
  return all;
}

function jsonFields(text: string): (readonly [string, unknown])[] {
  try {
    return Object.entries(JSON.parse(text) as object);
  } catch (thrown) {
    throw new InvalidArgumentError(`It is not JSON: ${(thrown as Error).message}.`);
  }
}

function pairOf(text: string, form: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError(`It is not ${form}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

export interface FeatureArgument {
  /** `name` or `name@version`. */
  readonly view: string;
  readonly feature: string;
}

/** `view:feature,view@2:feature`. */
export function featuresArgument(
  text: string,
  previous: readonly FeatureArgument[] = [],
): readonly FeatureArgument[] {
  return [...previous, ...text.split(',').map(featureArgument)];
}

/** `view:feature`. */
export function featureArgument(text: string): FeatureArgument {
  const [, view, feature] = /^([^:\s]+):([^:@\s]+)$/.exec(text.trim()) ?? [];
  if (view !== undefined && feature !== undefined) return { view, feature };
  throw new InvalidArgumentError(`"${text}" is not view:feature or view@version:feature.`);
}

const MOST_SEGMENTS = 5_000;

export function segmentsArgument(text: string): number {
  const segments = /^\d+$/.test(text) ? Number(text) : 0;
  if (segments >= 1 && segments <= MOST_SEGMENTS) return segments;
  throw new InvalidArgumentError(`It is not a number from 1 to ${MOST_SEGMENTS}.`);
}

export function listArgument(text: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, text];
}

/** Adds one grant. */
export function grantArgument(text: string, previous: readonly Grant[] = []): readonly Grant[] {
  const grant = parseGrant(text);
  if (grant !== null) return [...previous, grant];
  throw new InvalidArgumentError(
    'It is not a grant such as read:shop/checkout, read:shop/*, push:shop/orders or admin:shop/*.',
  );
}

/** The name of a credential or of a tenant. */
export function credentialNameArgument(text: string): string {
  if (isCredentialName(text)) return text;
  throw new InvalidArgumentError('It is not 1 to 100 letters, digits, or _ . @ -, a letter or digit first.');
}

export function formatArgument(text: string): LoadFormat {
  const format = LOAD_FORMATS.find((known) => known.toLowerCase() === text.toLowerCase());
  if (format !== undefined) return format;
  throw new InvalidArgumentError(`It is not one of ${LOAD_FORMATS.join(', ')}.`);
}

export function integerArgument(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : -1;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It is not a number from ${least} to ${most}.`);
  };
}

/** A number of at least 0, such as 0.25. */
export function shareArgument(text: string): number {
  const share = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isNaN(share)) return share;
  throw new InvalidArgumentError('It is not a number such as 0.25.');
}
