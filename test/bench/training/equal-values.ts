/** Compares two training sets row by row: integers, nulls and what was in the rows exactly, doubles within a relative difference. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { FEATURES } from './definitions';
import { sqlText } from './sql-text';

const RELATIVE = 1e-9;

/** Throws unless both files have the same rows and values. `rows`: only so many from the beginning. Returns how many values were compared. */
export async function checkEqual(
  duckdb: DuckDBConnection,
  made: string,
  wanted: string,
  rows: number,
): Promise<number> {
  const differing = Object.entries(FEATURES).map(([name, type]) => {
    const [a, b] = [`a.${name}`, `b.${name}`];
    const differs =
      type === 'integer'
        ? `${a} IS DISTINCT FROM ${b}`
        : `(${a} IS NULL) <> (${b} IS NULL) OR isnan(${a}) OR isnan(${b}) OR abs(${a} - ${b}) > ${RELATIVE} * greatest(abs(${a}), abs(${b}))`;
    return `count(*) FILTER (${differs}) AS ${name}`;
  });
  const side = (file: string) =>
    `(SELECT * FROM read_parquet(${sqlText(file)}, file_row_number = true) WHERE file_row_number < ${rows})`;
  const reader = await duckdb.runAndReadAll(`
    SELECT count(*) FILTER (a.label IS DISTINCT FROM b.label OR a.origin IS DISTINCT FROM b.origin OR epoch_ms(a."timestamp") IS DISTINCT FROM epoch_ms(b."timestamp")) AS rows,
      count(*) AS compared, ${differing.join(', ')}
    FROM ${side(made)} AS a FULL JOIN ${side(wanted)} AS b USING (file_row_number)`);
  const { compared, ...wrong } = reader.getRowObjects()[0] as Record<string, bigint>;
  const found = Object.entries(wrong).filter(([, count]) => count !== 0n);
  if (found.length > 0 || compared !== BigInt(rows)) {
    const text = found.map(([name, count]) => `${name} in ${count}`).join(', ');
    throw new Error(`${made} and ${wanted} differ: ${compared} rows, of ${rows} wanted; ${text}`);
  }
  return rows * Object.keys(FEATURES).length;
}
