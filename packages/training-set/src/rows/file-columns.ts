/** The columns of a file with rows, found without sending it: from its schema, or from its first part. */
import { ForebayError } from '@forebay/contract';
import {
  csvHeader,
  type OfflineStore,
  offlineError,
  PARQUET_MAGIC,
  PARQUET_TAIL_BYTES,
  parquetFooterRange,
  quoteText,
  readRange,
  statFile,
} from '@forebay/offline-store';
import type { RowFile, RowFormat } from '../request';
import { NUMBER_COLUMN } from '../sql/joined-sql';

/** A column as the file has it; the type is ClickHouse's, null for text whose type all of its values decide. */
export interface FileColumn {
  readonly name: string;
  readonly type: string | null;
  /** Of text: whether the file says that it is text (a JSON string), whatever it looks like. */
  readonly isString: boolean;
}

/** Enough to see every key of ordinary NDJSON; a key that comes first after it is an error, not left out. */
const SAMPLE_BYTES = 4 << 20;

type ReadColumns = (store: OfflineStore, file: string, place: string) => Promise<FileColumn[]>;

const READERS = {
  Parquet: parquetColumns,
  Arrow: arrowColumns,
  CSV: csvColumns,
  NDJSON: ndjsonColumns,
} as const satisfies Record<RowFormat, ReadColumns>;

/** Throws `invalid_request` for what is no file of the format, and for names that are not all different. */
export async function readFileColumns(
  store: OfflineStore,
  { file, format }: RowFile,
  place: string,
): Promise<FileColumn[]> {
  await statFile(file, place);
  const columns = await READERS[format](store, file, place);
  checkNames(
    columns.map(({ name }) => name),
    place,
  );
  return columns;
}

export function checkNames(names: readonly string[], place: string): void {
  if (names.length === 0) throw new ForebayError('invalid_request', `${place}: it has no columns`);
  const position = names.indexOf('') + 1;
  if (position > 0)
    throw new ForebayError('invalid_request', `${place}: column ${position} has no name: name it`);
  if (names.includes(NUMBER_COLUMN)) {
    throw new ForebayError(
      'invalid_request',
      `${place}: a column "${NUMBER_COLUMN}" is made here: rename yours`,
    );
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new ForebayError('invalid_request', `${place}: two columns are named "${twice}": rename one`);
  }
}

/** The server reads the schema from the file's magic and footer alone. */
async function parquetColumns(store: OfflineStore, file: string, place: string): Promise<FileColumn[]> {
  const { size } = await statFile(file, place);
  const tail = await readRange(file, Math.max(0, size - PARQUET_TAIL_BYTES), PARQUET_TAIL_BYTES);
  const range = parquetFooterRange(tail, size, place);
  const footer = await readRange(file, range.from, range.size);
  const schema = Buffer.concat([Buffer.from(PARQUET_MAGIC), footer, tail]);
  return typed(await describe(store, base64Sql('Parquet', schema), {}, place));
}

/** Of Arrow's formats (https://arrow.apache.org/docs/format/Columnar.html): a file begins with a magic, then comes a stream. */
const ARROW_MAGIC = Buffer.from('ARROW1\0\0', 'latin1');
const CONTINUATION = Buffer.from([0xff, 0xff, 0xff, 0xff]);
const END_OF_STREAM = Buffer.concat([CONTINUATION, Buffer.alloc(4)]);
const ARROW_PREFIX_BYTES = ARROW_MAGIC.length + 8;

/** A stream's first message is its schema; the server reads it as a stream without batches. */
async function arrowColumns(store: OfflineStore, file: string, place: string): Promise<FileColumn[]> {
  const prefix = await readRange(file, 0, ARROW_PREFIX_BYTES);
  if (!prefix.subarray(0, ARROW_MAGIC.length).equals(ARROW_MAGIC)) {
    const isStream = prefix.subarray(0, 4).equals(CONTINUATION);
    throw new ForebayError(
      'invalid_request',
      `${place}: not an Arrow IPC file (${isStream ? 'it is a stream' : 'it does not begin with ARROW1'}): write it as a file, or as Feather V2`,
    );
  }
  const message = await readRange(file, ARROW_MAGIC.length, 8 + prefix.readInt32LE(12));
  const schema = Buffer.concat([message, END_OF_STREAM]);
  return typed(await describe(store, base64Sql('ArrowStream', schema), {}, place));
}

/** The first line names them; what a type is, the values say. A first column without a name is a data frame's index. */
async function csvColumns(_store: OfflineStore, file: string): Promise<FileColumn[]> {
  const names = csvHeader((await readSample(file)).text);
  return names.map((name, i) => ({
    name: name === '' ? `Unnamed: ${i}` : name,
    type: null,
    isString: false,
  }));
}

/** Scalars are read as text, but JSON's strings are known for text; lists and objects have the type that the sample shows. */
async function ndjsonColumns(store: OfflineStore, file: string, place: string): Promise<FileColumn[]> {
  const { text, isWhole } = await readSample(file);
  const lines = isWhole ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  // Too large for a bound parameter, which goes into the address.
  const sql = `format('JSONEachRow', ${quoteText(lines)})`;
  const columns = await describe(store, sql, NDJSON_INFERENCE, place, NDJSON_REMEDY);
  return columns.map(({ name, type }) => {
    const scalar = /^Nullable\((String|Bool|U?Int64|Float64)\)$/.exec(type)?.[1];
    return { name, type: scalar === undefined ? type : null, isString: scalar === 'String' };
  });
}

/** What to do about lines that can't be read. */
export const NDJSON_REMEDY =
  'every line is one JSON object; a key that only late rows have is added to the first one, as null; lists and objects of one key are alike';

const NDJSON_INFERENCE = {
  schema_inference_make_columns_nullable: 1,
  input_format_max_rows_to_read_for_schema_inference: SAMPLE_BYTES,
  input_format_max_bytes_to_read_for_schema_inference: 2 * SAMPLE_BYTES,
  input_format_json_infer_incomplete_types_as_strings: 1,
  input_format_json_try_infer_named_tuples_from_objects: 1,
  input_format_json_try_infer_numbers_from_strings: 0,
  input_format_try_infer_dates: 0,
  input_format_try_infer_datetimes: 0,
} as const;

async function readSample(file: string): Promise<{ text: string; isWhole: boolean }> {
  const bytes = await readRange(file, 0, SAMPLE_BYTES);
  return { text: bytes.toString('utf8').replace(/^\uFEFF/, ''), isWhole: bytes.length < SAMPLE_BYTES };
}

function base64Sql(format: string, bytes: Buffer): string {
  return `format('${format}', base64Decode('${bytes.toString('base64')}'))`;
}

const QUERY_SIZE_MARGIN = 1_000;

async function describe(
  store: OfflineStore,
  sql: string,
  settings: Readonly<Record<string, number>>,
  place: string,
  remedy?: string,
): Promise<{ name: string; type: string }[]> {
  const maxBytes = Buffer.byteLength(sql) + QUERY_SIZE_MARGIN;
  try {
    return await store.rows(
      `DESCRIBE TABLE ${sql}`,
      {},
      { ...settings, max_query_size: String(maxBytes), print_pretty_type_names: 0 },
    );
  } catch (thrown) {
    throw unreadable(thrown, place, remedy);
  }
}

function typed(columns: readonly { name: string; type: string }[]): FileColumn[] {
  return columns.map(({ name, type }) => ({ name, type, isString: false }));
}

const SHOWN_CHARACTERS = 300;

/** What ClickHouse says of rows that it cannot read, with the row where it says one; `remedy` is what to do. */
export function unreadable(thrown: unknown, place: string, remedy?: string): ForebayError {
  const error = offlineError(thrown);
  if (error.reason !== 'internal') return error;
  const text = error.message.replace(/^clickhouse: \S+ \(code \d+\): /, '').replace(/\s+/g, ' ');
  const row = /^(.*?):? ?\(at row (\d+)\)/.exec(text);
  const said = row?.[1] ?? text.replace(/(: While executing |\. You can specify ).*$/, '');
  const where = row === null ? '' : ` at row ${row[2]}`;
  const toDo = remedy === undefined ? '' : `; ${remedy}`;
  return new ForebayError(
    'invalid_request',
    `${place} can't be read${where}: ${said.slice(0, SHOWN_CHARACTERS)}${toDo}`,
    {
      cause: thrown,
    },
  );
}
