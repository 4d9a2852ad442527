/** Rows of training sets in a database of the test file's own, and files that they come from. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ScalarType } from '@forebay/definitions';
import { type OfflineStore, openOfflineStore } from '@forebay/offline-store';
import { type LabelRows, type RowField, type RowFormat, stageRows } from '@forebay/training-set';
import { sharedStack, uniqueName, useDatabase } from '../support/stack';

const CLICKHOUSE = {
  Parquet: 'Parquet',
  CSV: 'CSVWithNames',
  NDJSON: 'JSONEachRow',
  Arrow: 'Arrow',
} as const;

export const typesOf = ({ columns }: LabelRows) =>
  Object.fromEntries(columns.map(({ name, type }) => [name, type]));

export const keyOf = (type: ScalarType, column: string): RowField => ({
  name: 'key',
  column,
  type,
  required: true,
});
export const requestOf = (type: ScalarType, column: string): RowField => ({
  ...keyOf(type, column),
  required: false,
});

class Rows {
  constructor(
    readonly store: OfflineStore,
    readonly directory: string,
  ) {}

  /** A file that ClickHouse writes from a SELECT. */
  async fileOf(format: RowFormat | 'ArrowStream', select: string): Promise<string> {
    const file = join(this.directory, uniqueName('file'));
    const name = format === 'ArrowStream' ? format : CLICKHOUSE[format];
    const { bytes } = await this.store.stream(`${select} FORMAT ${name}`);
    await pipeline(bytes, createWriteStream(file));
    return file;
  }

  file(file: string, format: RowFormat): Promise<LabelRows> {
    return stageRows(this.store, { file, format }, uniqueName('rows'));
  }

  query(query: string): Promise<LabelRows> {
    return stageRows(this.store, { query }, uniqueName('rows'));
  }

  async text(format: RowFormat, text: string): Promise<LabelRows> {
    const file = join(this.directory, uniqueName('file'));
    await writeFile(file, text);
    return this.file(file, format);
  }

  /** Rows as they leave, in order, without their numbers. */
  async kept({ rowsSql }: LabelRows): Promise<Record<string, unknown>[]> {
    const kept = await this.store.rows<Record<string, unknown>>(
      rowsSql,
      {},
      { date_time_output_format: 'iso' },
    );
    expect(kept.map((row) => Number(row._forebay_row))).toEqual(kept.map((_, i) => i));
    return kept.map(({ _forebay_row, ...row }) => row);
  }

  /** Instants and values of the fields, by row. */
  async values(rows: LabelRows, at: string, ...fields: RowField[]): Promise<unknown[][]> {
    await rows.check(at, fields);
    const selected = await this.store.rows<Record<string, unknown>>(
      `SELECT * FROM (${rows.select(at, fields)}) ORDER BY n`,
    );
    return selected.map(({ n, ...values }) => Object.values(values));
  }
}

/** Opened and closed by the file's hooks. */
export function useRows(): { readonly rows: Rows } {
  const database = useDatabase('rows');
  let rows: Rows | null = null;
  beforeAll(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'forebay-rows-'));
    const store = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
    rows = new Rows(store, directory);
  });
  afterAll(async () => {
    await rows?.store.close();
    if (rows !== null) await rm(rows.directory, { recursive: true });
  });
  return {
    get rows() {
      if (rows === null) throw new Error('rows are there in tests and in later hooks only');
      return rows;
    },
  };
}
