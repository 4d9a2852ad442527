import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type OfflineStore, quoteName, type Statement } from '@forebay/offline-store';
import type { RowFile, RowInput } from '../request';
import type { LabelRows, RowField } from './label-rows';

export async function stageRows(
  store: OfflineStore,
  input: RowInput,
  table: string,
  _p?: (a: number, b: number) => void,
): Promise<LabelRows> {
  if (!('query' in input)) {
    await store.command(
      `CREATE TABLE ${quoteName(table)} ENGINE = MergeTree ORDER BY _row SETTINGS allow_nullable_key=1 AS SELECT toUInt64(rowNumberInAllBlocks()) AS _row, * FROM file('${input.file}', 'Parquet') SETTINGS max_threads=1`,
    );
  } else
    await store.command(
      `CREATE TABLE ${quoteName(table)} ENGINE = MergeTree ORDER BY _row AS SELECT toUInt64(rowNumberInAllBlocks()) AS _row, * FROM (${input.query}) SETTINGS max_threads=1`,
    );
  const columns = (await store.rows<{ name: string; type: string }>(`DESCRIBE TABLE ${quoteName(table)}`))
    .filter(({ name }) => name !== '_row')
    .map(({ name, type }) => ({ name, type }));
  const [c] = await store.rows<{ c: number }>(`SELECT toFloat64(count()) AS c FROM ${quoteName(table)}`);
  return {
    table,
    columns,
    count: c!.c,
    select(ts: string, fields: readonly RowField[]) {
      return `SELECT _row AS n, toUnixTimestamp64Milli(toDateTime64(assumeNotNull(${quoteName(ts)}), 3, 'UTC')) AS t${fields.map(({ column, required, type }, i) => `, ${required ? 'assumeNotNull' : 'toNullable'}(${type === 'string' ? 'toString' : type === 'double' ? 'toFloat64' : 'toInt64'}(${quoteName(column)})) AS v${i}`).join('')} FROM ${quoteName(table)}`;
    },
    async check() {},
    async drop() {},
  };
}
export async function writeTrainingFile(
  store: OfflineStore,
  s: Statement,
  out: RowFile,
  p: (x: string) => void,
): Promise<void> {
  p('writing');
  const { bytes } = await store.stream(
    `${s.query} FORMAT ${out.format === 'Parquet' ? 'Parquet' : 'JSONEachRow'}`,
    s.parameters,
  );
  await pipeline(bytes, createWriteStream(out.file));
}
