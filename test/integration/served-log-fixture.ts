/** Reads the log of served vectors back, as exactly as it was served. */
import type { FeatureValue } from '@forebay/client';
import { type OfflineStore, SERVED_LAYOUTS_TABLE, SERVED_VECTORS_TABLE } from '@forebay/offline-store';

/** Int64 come as decimal text, NaN and infinities as text. */
const EXACT = {
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_denormals: 1,
} as const;

export interface LoggedRow {
  readonly request_id: string;
  readonly row: number;
  readonly project: string;
  readonly feature_service: string;
  readonly variant: string;
  readonly entity_key: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly registry_version: string;
  readonly as_of_ms: string;
  readonly request_integers: Readonly<Record<string, string>>;
  readonly request_doubles: Readonly<Record<string, number | string>>;
  readonly request_strings: Readonly<Record<string, string>>;
  readonly views: readonly string[];
  readonly statuses: readonly string[];
  /** By feature. */
  readonly values: Readonly<Record<string, FeatureValue>>;
}

type Raw = Omit<LoggedRow, 'values'> & {
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly places: readonly number[];
  readonly numbers: readonly (number | string)[];
} & Readonly<Record<string, never>>;

export async function loggedRows(store: OfflineStore): Promise<LoggedRow[]> {
  const rows = await store.rows<Raw>(
    `SELECT v.*, toString(toUnixTimestamp64Milli(as_of)) AS as_of_ms, l.names AS names, l.types AS types, l.views AS views, l.places AS places
     FROM ${SERVED_VECTORS_TABLE} AS v LEFT JOIN (SELECT * FROM ${SERVED_LAYOUTS_TABLE} LIMIT 1 BY layout) AS l USING (layout)
     ORDER BY request_id, row`,
    {},
    EXACT,
  );
  return rows.map((row) => ({ ...row, values: valuesOf(row) }));
}

export async function countLogged(store: OfflineStore): Promise<number> {
  const [row] = await store.rows<{ rows: number }>(
    `SELECT toUInt32(count()) AS rows FROM ${SERVED_VECTORS_TABLE}`,
  );
  return row?.rows ?? 0;
}

function valuesOf(row: Raw): Record<string, FeatureValue> {
  return Object.fromEntries(
    row.names.map((name, i) => {
      const place = row.places[i] as number;
      const type = row.types[i] as string;
      return [name, place > 0 ? numberOf(row.numbers[place - 1], type) : typedOf(row, type, String(i + 1))];
    }),
  );
}

function numberOf(given: number | string | undefined, type: string): FeatureValue {
  const value = double(given as string);
  if (Number.isNaN(value)) return null;
  return type === 'bool' ? value !== 0 : value;
}

function typedOf(row: Raw, type: string, column: string): FeatureValue {
  const of = (map: string) => (row as unknown as Record<string, Record<string, unknown>>)[map]?.[column];
  const each = <T>(map: string, element: (value: string) => T) =>
    (of(map) as readonly string[] | undefined)?.map(element) ?? null;
  if (type === 'string') return (of('strings') as string | undefined) ?? null;
  if (type.startsWith('vector<')) {
    const numbers = each('vectors', double);
    return numbers === null ? null : Float32Array.from(numbers);
  }
  if (type === 'list<string>') return each('string_lists', String);
  if (type === 'list<double>') return each('double_lists', double);
  if (type === 'list<bool>') return each('integer_lists', (value) => value !== '0');
  if (type.startsWith('list<')) return each('integer_lists', integer);
  if (!type.startsWith('map<')) {
    const value = of('integers') as string | undefined;
    return value === undefined ? null : integer(value);
  }
  const [key, value] = type.slice(4, -1).split(',');
  const map = of(
    `${key === 'string' ? 'string' : 'integer'}_${value === 'double' ? 'double' : 'integer'}_maps`,
  );
  if (map === undefined) return null;
  const entries = Object.entries(map as Record<string, string>);
  return new Map(
    entries.map(([name, element]) => [
      key === 'string' ? name : integer(name),
      value === 'double' ? double(element) : integer(element),
    ]),
  );
}

const integer = (text: string) => (Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text));

/** ClickHouse writes `nan`, `inf`, `-inf`. */
const double = (given: string) => (given === 'inf' ? Infinity : given === '-inf' ? -Infinity : Number(given));
