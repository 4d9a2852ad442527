/** What of a column's values is counted, by its type in ClickHouse. */
import { quoteName } from '@forebay/offline-store';
import type { Measure } from '../feature-profile';

/** `sql`: Nullable(Float64) of finite numbers, of categories Nullable(String). */
export interface MeasuredColumn {
  readonly measure: Measure;
  readonly sql: string;
}

const MEASURED: readonly (readonly [RegExp, Measure, (column: string) => string])[] = [
  [/^Bool$/, 'category', (column) => `toString(${column})`],
  [/^(U?Int\d+|Decimal.*)$/, 'number', (column) => `toFloat64(${column})`],
  [/^(Float|BFloat)\d+$/, 'number', (column) => finite(`toFloat64(${column})`)],
  [/^DateTime64\b/, 'instant', (column) => `toFloat64(toUnixTimestamp64Milli(${column}))`],
  [/^Date/, 'instant', (column) => `toFloat64(toUnixTimestamp(toDateTime(${column}, 'UTC'))) * 1000`],
  [/^(String|FixedString.*|Enum.*|UUID|IPv\d)$/, 'category', (column) => `toString(${column})`],
  // only vectors are lists of float32
  [/^Array\(Float32\)$/, 'norm', (column) => finite(`toFloat64(L2Norm(${column}))`)],
  [/^(Array|Map)\b/, 'length', (column) => `toFloat64(length(${column}))`],
];

const finite = (sql: string) => `if(isFinite(${sql}), ${sql}, NULL)`;

/** Null: a type whose values are not counted. */
export function measuredColumn(name: string, type: string): MeasuredColumn | null {
  let plain = type;
  for (let wrapped = true; wrapped; ) {
    const inner = /^(?:Nullable|LowCardinality)\((.+)\)$/s.exec(plain)?.[1];
    wrapped = inner !== undefined;
    plain = inner ?? plain;
  }
  const found = MEASURED.find(([pattern]) => pattern.test(plain));
  if (found === undefined) return null;
  const [, measure, sqlOf] = found;
  return { measure, sql: `toNullable(${sqlOf(quoteName(name))})` };
}
