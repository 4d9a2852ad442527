import { ClickHouseError, type ClickHouseSettings } from '@clickhouse/client';
import { ForebayError } from '@forebay/contract';
import type { EventSource, ScalarType } from '@forebay/definitions';
import type { OfflineStore } from './client';
import { ARCHIVE_TIME_RANGE_MS, CLICKHOUSE_TYPES } from './column-types';
import { fileBytes } from './file-bytes';
import { quoteName } from './identifiers';
import type { ColumnMapping, LoadFormat } from './load-file';
import { TEXT_VALUES, type TextValue } from './text-values';

/**
 * How a field's values are staged. Text files are staged as text and Parquet's integers as Int64, so that a value which does not
 * fit its field is seen with its row, never wrapped. `value` is the SQL of the field's value, `bad` that of its not being one.
 */
interface StagedType {
  readonly type: string;
  readonly value: (column: string) => string;
  readonly bad: (column: string) => string;
  /** What a value must be, for messages. */
  readonly wanted: string;
}

const same = (column: string) => column;
const never = () => '0';
const outside = (from: string, to: string) => (column: string) =>
  `(${column} < ${from} OR ${column} > ${to})`;

const STRING: StagedType = {
  type: 'String',
  value: same,
  bad: (column) => `NOT isValidUTF8(${column})`,
  wanted: 'UTF-8 text',
};

const PARQUET_TYPES: Readonly<Record<ScalarType, StagedType>> = {
  bool: { type: 'Bool', value: same, bad: never, wanted: 'true or false' },
  int32: {
    type: 'Int64',
    value: (column) => `toInt32(${column})`,
    bad: outside('-2147483648', '2147483647'),
    wanted: 'an int32',
  },
  int64: { type: 'Int64', value: same, bad: never, wanted: 'an int64' },
  double: { type: 'Float64', value: same, bad: never, wanted: 'a number' },
  string: STRING,
  timestamp: { type: CLICKHOUSE_TYPES.timestamp, value: same, bad: never, wanted: 'an instant' },
};

/** A field read from text by an expression that is null for what it cannot read. */
function parsed({ value, wanted }: TextValue): StagedType {
  return { type: 'String', value, bad: (column) => `isNull(${value(column)})`, wanted };
}

const TEXT_TYPES: Readonly<Record<ScalarType, StagedType>> = {
  bool: parsed(TEXT_VALUES.bool),
  int32: parsed(TEXT_VALUES.int32),
  int64: parsed(TEXT_VALUES.int64),
  double: parsed(TEXT_VALUES.double),
  string: STRING,
  timestamp: parsed(TEXT_VALUES.timestamp),
};

const CLICKHOUSE_FORMATS: Readonly<Record<LoadFormat, string>> = {
  Parquet: 'Parquet',
  CSV: 'CSVWithNames',
  NDJSON: 'JSONEachRow',
};

/** Rows keep the file's order, so that a row's number is its position; what a row lacks is null, other columns are not read. */
const READ_SETTINGS: ClickHouseSettings = {
  max_insert_threads: '1',
  input_format_parquet_preserve_order: 1,
  input_format_parquet_allow_missing_columns: 0,
  input_format_skip_unknown_fields: 1,
  input_format_csv_empty_as_default: 1,
  input_format_json_read_numbers_as_strings: 1,
  input_format_json_read_bools_as_strings: 1,
  input_format_json_read_objects_as_strings: 1,
  input_format_json_read_arrays_as_strings: 1,
};

/** A file's rows on the server, in the file's order, not yet checked. The owner drops it. */
export class StagedFile {
  readonly #store: OfflineStore;
  readonly #source: EventSource;
  readonly #table: string;
  readonly #mappings: readonly ColumnMapping[];
  readonly #types: Readonly<Record<ScalarType, StagedType>>;

  private constructor(
    store: OfflineStore,
    source: EventSource,
    table: string,
    mappings: readonly ColumnMapping[],
    format: LoadFormat,
  ) {
    this.#store = store;
    this.#source = source;
    this.#table = quoteName(table);
    this.#mappings = mappings;
    this.#types = format === 'Parquet' ? PARQUET_TYPES : TEXT_TYPES;
  }

  /** Streams the file's bytes to the server: it may be on another machine. */
  static async create(
    store: OfflineStore,
    source: EventSource,
    table: string,
    mappings: readonly ColumnMapping[],
    file: string,
    format: LoadFormat,
    onProgress?: (sentBytes: number, sizeBytes: number) => void,
  ): Promise<StagedFile> {
    const staged = new StagedFile(store, source, table, mappings, format);
    const columns = [...new Map(mappings.map((mapping) => [mapping.column, mapping])).values()];
    const declared = columns.map(
      ({ field, column }) => `${quoteName(column)} Nullable(${staged.#types[field.type].type})`,
    );
    await store.command(`CREATE TABLE ${staged.#table} (${declared.join(', ')}) ENGINE = Log`);
    const names = columns.map(({ column }) => quoteName(column)).join(', ');
    try {
      await store.insertBytes(
        `INSERT INTO ${staged.#table} (${names}) FORMAT ${CLICKHOUSE_FORMATS[format]}`,
        await fileBytes(file, onProgress),
        READ_SETTINGS,
      );
    } catch (thrown) {
      await staged.drop();
      throw unreadable(thrown, file);
    }
    return staged;
  }

  async drop(): Promise<void> {
    await this.#store.command(`DROP TABLE IF EXISTS ${this.#table} SYNC`);
  }

  /** SQL of a field's value in a staged row, with the time shift where it belongs; fields without a column are null. */
  valueSql(name: string): string {
    const mapping = this.#mappings.find(({ field }) => field.name === name);
    if (mapping === undefined) return 'NULL';
    const value = this.#types[mapping.field.type].value(quoteName(mapping.column));
    const shifted = name === this.#source.eventTime || name === this.#source.knownAt;
    return shifted ? `(${value} + toIntervalMillisecond({shift:Int64}))` : value;
  }

  /** The staged rows with their number in the file as `_forebay_row`. Needs max_threads = 1. */
  get rowsSql(): string {
    return `(SELECT *, rowNumberInAllBlocks() AS _forebay_row FROM ${this.#table})`;
  }

  /** Checks every value; returns how many rows there are, and how many lie at or after `untilMs`. Throws `invalid_request`. */
  async check(shiftMs: number, untilMs: number, place: string): Promise<{ rows: number; skipped: number }> {
    const checks = [...this.#mappings.map((mapping) => this.#checkOf(mapping)), this.#eventTimeCheck()];
    const sums = checks.flatMap(({ bad, shown }, i) => [
      `countIf(${bad}) AS bad${i}`,
      `minIf(_forebay_row, ${bad}) AS row${i}`,
      `argMinIf(ifNull(toString(${shown}), 'null'), _forebay_row, ${bad}) AS value${i}`,
    ]);
    const [result] = await this.#store.rows<Record<string, string>>(
      `SELECT count() AS total, countIf(${this.valueSql(this.#source.eventTime)} >= fromUnixTimestamp64Milli({until:Int64}, 'UTC')) AS skipped,
       ${sums.join(', ')} FROM ${this.rowsSql} SETTINGS max_threads = 1, precise_float_parsing = 1`,
      { shift: shiftMs, until: untilMs },
    );
    const found = result as Record<string, string>;
    const problems = checks.flatMap(({ column, wanted }, i) => {
      if (Number(found[`bad${i}`]) === 0) return [];
      return [
        `column "${column}": ${found[`value${i}`]} in row ${Number(found[`row${i}`]) + 1} is not ${wanted} (${found[`bad${i}`]} such rows)`,
      ];
    });
    if (problems.length > 0) throw new ForebayError('invalid_request', `${place}: ${problems.join('; ')}`);
    return { rows: Number(found.total), skipped: Number(found.skipped) };
  }

  #checkOf({ field, column }: ColumnMapping) {
    const type = this.#types[field.type];
    const name = quoteName(column);
    return {
      column,
      wanted: type.wanted,
      shown: name,
      bad: `ifNull(isNotNull(${name}) AND ${type.bad(name)}, 0)`,
    };
  }

  #eventTimeCheck() {
    const column = this.#mappings.find(({ field }) => field.name === this.#source.eventTime)!.column;
    const value = this.valueSql(this.#source.eventTime);
    const outsideArchive = outside(
      instantSql(ARCHIVE_TIME_RANGE_MS.from),
      instantSql(ARCHIVE_TIME_RANGE_MS.to - 1),
    )(value);
    return {
      column,
      wanted: 'an event time from 1900 to 2299',
      shown: quoteName(column),
      bad: `ifNull(${outsideArchive}, 1)`,
    };
  }
}

const instantSql = (instantMs: number) => `fromUnixTimestamp64Milli(toInt64(${instantMs}), 'UTC')`;

/** What ClickHouse says of a file that it cannot split into rows; wrong values are found later, with their column. */
function unreadable(thrown: unknown, file: string): unknown {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  if (!(cause instanceof ClickHouseError)) return thrown;
  return new ForebayError(
    'invalid_request',
    `file "${file}": ${cause.message.split('\n')[0]?.slice(0, 300)}`,
    { cause },
  );
}
