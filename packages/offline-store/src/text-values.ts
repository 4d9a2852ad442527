/** How values are read from text: of CSV and NDJSON files, and of columns of strings. */
import type { ScalarType } from '@forebay/definitions';

export interface TextValue {
  /** SQL of the value; null where the text is none, or is null itself. */
  readonly value: (column: string) => string;
  /** What a text must be, for messages. */
  readonly wanted: string;
}

const CLOCK = '([01][0-9]|2[0-3]):[0-5][0-9]';
/** ISO 8601: a date, and perhaps a time with a zone; without one it is UTC. The calendar itself is left to the parser. */
export const ISO_INSTANT = `^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]${CLOCK}(:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-]${CLOCK.replace(':', ':?')})?)?$`;

/** SQL of an instant as DateTime64; finer digits are cut off, which is rounding down. */
export function isoInstantSql(column: string, scale: number): string {
  return `if(match(${column}, '${ISO_INSTANT}'), parseDateTime64BestEffortOrNull(${column}, ${scale}, 'UTC'), NULL)`;
}

/** Milliseconds since the epoch as digits. */
export const MILLISECONDS = '^-?[0-9]{1,16}$';

const integer = (type: 'Int32' | 'Int64') => (column: string) =>
  `if(match(${column}, '^-?[0-9]+$'), to${type}OrNull(${column}), NULL)`;

export const TEXT_VALUES: Readonly<Record<Exclude<ScalarType, 'string'>, TextValue>> = {
  bool: {
    value: (column) =>
      `transform(lower(${column}), ['true', '1', 'false', '0'], [1, 1, 0, 0]::Array(Nullable(UInt8)), NULL)`,
    wanted: 'true or false',
  },
  int32: { value: integer('Int32'), wanted: 'an int32' },
  int64: { value: integer('Int64'), wanted: 'an int64' },
  double: { value: (column) => `toFloat64OrNull(${column})`, wanted: 'a number' },
  timestamp: {
    value: (column) =>
      `if(match(${column}, '${MILLISECONDS}'), fromUnixTimestamp64Milli(toInt64OrNull(${column}), 'UTC'), ${isoInstantSql(column, 3)})`,
    wanted: 'an instant (ISO 8601, or milliseconds since the epoch)',
  },
};
