/** Brings the rows of a file or a query into a table of ClickHouse, in their order. */
import { ForebayError } from '@forebay/contract';
import { fileBytes, type OfflineStore, quoteName, quoteText } from '@forebay/offline-store';
import type { RowFile, RowFormat } from '../request';
import { checkNames, type FileColumn, NDJSON_REMEDY, readFileColumns, unreadable } from './file-columns';
import type { LabelRows, RowColumn, StageRows } from './label-rows';
import { CLICKHOUSE_FORMATS } from './row-formats';
import { ROW_NUMBER, type StagedColumn, stagedName, stagedTypeOf, typedColumn } from './staged-column';
import { rowsSqlOf, StagedRows } from './staged-rows';
import { decideTextTypes } from './text-types';

type OnProgress = (sentBytes: number, sizeBytes: number) => void;

export const stageRows: StageRows = async (store, input, table, onProgress, signal) => {
  signal?.throwIfAborted();
  const staging = new Staging(store, table, signal);
  try {
    return 'query' in input ? await staging.query(input.query) : await staging.file(input, onProgress);
  } catch (thrown) {
    await store.command(`DROP TABLE IF EXISTS ${quoteName(table)} SYNC`);
    signal?.throwIfAborted();
    throw thrown;
  }
};

/** Rows are numbered as they come. A query's ORDER BY would be taken for one whose order nobody sees. */
const QUERY_SETTINGS = { max_insert_threads: '1', query_plan_remove_redundant_sorting: 0 } as const;

/** What a row lacks is null; what is not known is an error. Names in the first line of CSV are known already. */
const FILE_SETTINGS = {
  max_threads: 1, // rows are numbered as they come
  max_insert_threads: '1',
  async_insert: 0,
  input_format_parquet_preserve_order: 1,
  input_format_parquet_allow_missing_columns: 0,
  input_format_arrow_allow_missing_columns: 0,
  input_format_skip_unknown_fields: 0,
  input_format_with_names_use_header: 0,
  input_format_csv_empty_as_default: 1,
  input_format_json_read_numbers_as_strings: 1,
  input_format_json_read_bools_as_strings: 1,
  input_format_json_read_objects_as_strings: 1,
  input_format_json_read_arrays_as_strings: 1,
} as const;

/** How rows are counted in messages. */
const NUMBERING = {
  Parquet: 'rows are counted from 1',
  CSV: 'rows are counted from 1, without the line of names',
  NDJSON: 'rows are counted from 1',
  Arrow: 'rows are counted from 1',
} as const satisfies Record<RowFormat, string>;

const REMEDY = {
  Parquet: (_columns) => undefined,
  CSV: (columns) =>
    `every row has the ${columns} fields of the line of names, and a text with a comma, a quote or a line break stands in quotes`,
  NDJSON: () => NDJSON_REMEDY,
  Arrow: () => undefined,
} as const satisfies Record<RowFormat, (columns: number) => string | undefined>;

class Staging {
  readonly #store: OfflineStore;
  readonly #table: string;
  readonly #signal: AbortSignal | undefined;

  constructor(store: OfflineStore, table: string, signal: AbortSignal | undefined) {
    this.#store = store;
    this.#table = table;
    this.#signal = signal;
  }

  async file(rows: RowFile, onProgress: OnProgress | undefined): Promise<LabelRows> {
    const place = `rows file "${rows.file}"`;
    const found = await readFileColumns(this.#store, rows, place);
    this.#signal?.throwIfAborted();
    const columns = found.map((column, i) => ({
      ...typedColumn(column.name, storedType(column, place), i),
      isText: column.type === null,
      isString: column.isString,
    }));
    await this.#createTable(columns);
    await this.#send(rows, found, columns, place, onProgress);
    const text = columns.filter(({ isText }) => isText);
    const decided = await decideTextTypes(this.#store, this.#table, text);
    const byStaged = new Map(decided.map((column) => [column.staged, column]));
    const all = columns.map((column) => byStaged.get(column.staged) ?? column);
    return this.#finish(all, place, NUMBERING[rows.format]);
  }

  /** In the order of the query's result. */
  async query(query: string): Promise<LabelRows> {
    const place = 'rows query';
    // On lines of its own, for the last one may be a comment.
    const from = `(\n${query.replace(/[;\s]+$/, '')}\n)`;
    const found = await this.#guarded(place, () =>
      this.#store.rows<RowColumn>(`DESCRIBE TABLE ${from}`, {}, { print_pretty_type_names: 0 }),
    );
    checkNames(
      found.map(({ name }) => name),
      place,
    );
    const columns = found.map(({ name, type }, i) => typedColumn(name, storedType({ name, type }, place), i));
    await this.#createTable(columns);
    const insert = `INSERT INTO ${quoteName(this.#table)} SELECT rowNumberInAllBlocks(), * FROM ${from}`;
    await this.#guarded(place, () => this.#store.command(insert, {}, QUERY_SETTINGS));
    return this.#finish(columns, place, 'rows are counted from 1');
  }

  async #createTable(columns: readonly StagedColumn[]): Promise<void> {
    const declared = columns.map(({ staged, stagedType }) => `${staged} ${stagedType}`);
    await this.#store.command(
      `CREATE TABLE ${quoteName(this.#table)} (${ROW_NUMBER} UInt64, ${declared.join(', ')}) ENGINE = MergeTree ORDER BY ${ROW_NUMBER}`,
    );
  }

  async #send(
    { file, format }: RowFile,
    found: readonly FileColumn[],
    columns: readonly StagedColumn[],
    place: string,
    onProgress: OnProgress | undefined,
  ): Promise<void> {
    const names = format === 'CSV' ? found.map((_, i) => stagedName(i)) : found.map(({ name }) => name);
    const structure = names.map((name, i) => `${quoteName(name)} ${columns[i]?.stagedType}`).join(', ');
    const bytes = await fileBytes(file, onProgress);
    const stop = () => bytes.destroy(this.#signal?.reason as Error);
    this.#signal?.addEventListener('abort', stop, { once: true });
    try {
      const remedy = REMEDY[format](found.length);
      const work = () =>
        this.#store.insertBytes(
          `INSERT INTO ${quoteName(this.#table)} SELECT rowNumberInAllBlocks(), * FROM input(${quoteText(structure)}) FORMAT ${CLICKHOUSE_FORMATS[format]}`,
          bytes,
          FILE_SETTINGS,
        );
      await this.#guarded(place, work, remedy);
    } finally {
      this.#signal?.removeEventListener('abort', stop);
      bytes.destroy();
    }
  }

  async #finish(columns: readonly StagedColumn[], place: string, numbering: string): Promise<LabelRows> {
    const [counted] = await this.#store.rows<{ rows: number }>(
      `SELECT toFloat64(count()) AS rows FROM ${quoteName(this.#table)}`,
    );
    const kept = await this.#store.rows<RowColumn>(
      `DESCRIBE TABLE (${rowsSqlOf(this.#table, columns)})`,
      {},
      { print_pretty_type_names: 0 },
    );
    const rows = {
      columns: columns.map((column, i) => ({ ...column, keptType: kept[i + 1]?.type ?? column.keptType })),
      count: counted?.rows ?? 0,
    };
    return new StagedRows(this.#store, this.#table, rows, place, numbering);
  }

  async #guarded<Result>(place: string, work: () => Promise<Result>, remedy?: string): Promise<Result> {
    try {
      return await work();
    } catch (thrown) {
      this.#signal?.throwIfAborted();
      throw unreadable(thrown, place, remedy);
    }
  }
}

function storedType({ name, type }: { name: string; type: string | null }, place: string): string {
  if (type === null) return 'Nullable(String)';
  const stored = stagedTypeOf(type);
  if (stored !== null) return stored;
  throw new ForebayError(
    'invalid_request',
    `${place}: column "${name}" is ${type}, which a training set can't keep: convert it, or leave it out`,
  );
}
