import { ForebayError } from '@forebay/contract';
import type { EventSource, Field, ScalarType } from '@forebay/definitions';
import { readRange, statFile } from './file-bytes';
import {
  PARQUET_TAIL_BYTES,
  type ParquetColumn,
  type ParquetContent,
  parquetFooterRange,
  readParquetSchema,
} from './parquet-schema';

/** Formats of files with history. NDJSON: one JSON object a line. CSV: with a line of names; an empty field is null. */
export const LOAD_FORMATS = ['Parquet', 'CSV', 'NDJSON'] as const;
export type LoadFormat = (typeof LOAD_FORMATS)[number];

/** Which column of the file a field of the source comes from. */
export interface ColumnMapping {
  readonly field: Field;
  readonly column: string;
}

/** For each field its column in the file: by default of the same name; null: the field is null in every row. */
export type ColumnChoice = Readonly<Record<string, string | null>>;

/** What a Parquet column must hold to be read as a field of each type without loss; integers are range-checked after staging. */
const ACCEPTED_CONTENT = {
  bool: ['bool'],
  int32: ['integer'],
  int64: ['integer'],
  double: ['double', 'integer'],
  string: ['string'],
  timestamp: ['timestamp'],
} as const satisfies Record<ScalarType, readonly ParquetContent[]>;

/** How much of a text file is looked at for its column names. */
const SAMPLE_BYTES = 262_144;

/** Checks the file against the source before anything is sent; throws `invalid_request` that names every wrong column. */
export async function mapColumns(
  source: EventSource,
  file: string,
  format: LoadFormat,
  choice: ColumnChoice,
): Promise<ColumnMapping[]> {
  const place = `file "${file}"`;
  for (const name of Object.keys(choice)) {
    if (!source.fields.some((field) => field.name === name)) {
      throw new ForebayError(
        'invalid_request',
        `${place}: source "${source.name}" has no field "${name}" to map a column to`,
      );
    }
  }
  if (choice[source.eventTime] === null)
    throw new ForebayError(
      'invalid_request',
      `${place}: the event time "${source.eventTime}" can't be left out`,
    );
  const mappings = source.fields.flatMap((field) => {
    const column = choice[field.name] === undefined ? field.name : choice[field.name];
    return column === null || column === undefined ? [] : [{ field, column }];
  });
  const problems = await problemsOf(source, file, format, mappings, place);
  if (problems.length > 0) throw new ForebayError('invalid_request', `${place}: ${problems.join('; ')}`);
  return mappings;
}

async function problemsOf(
  source: EventSource,
  file: string,
  format: LoadFormat,
  mappings: readonly ColumnMapping[],
  place: string,
): Promise<string[]> {
  if (format === 'Parquet') {
    const columns = new Map((await readParquetColumns(file, place)).map((column) => [column.name, column]));
    return mappings.flatMap((mapping) => parquetProblem(source, mapping, columns));
  }
  const names =
    format === 'CSV'
      ? new Set(csvHeader(await readSample(file, place)))
      : ndjsonKeys(await readSample(file, place), place);
  return mappings
    .filter(({ column }) => !names.has(column))
    .map((mapping) => missing(source, mapping, [...names]));
}

function parquetProblem(
  source: EventSource,
  mapping: ColumnMapping,
  columns: ReadonlyMap<string, ParquetColumn>,
): string[] {
  const column = columns.get(mapping.column);
  if (column === undefined) return [missing(source, mapping, [...columns.keys()])];
  const accepted: readonly ParquetContent[] = ACCEPTED_CONTENT[mapping.field.type];
  if (accepted.includes(column.content)) return [];
  return [
    `column "${column.name}" is ${column.type}, but field "${mapping.field.name}" of source "${source.name}" is ${mapping.field.type}`,
  ];
}

function missing(source: EventSource, { field, column }: ColumnMapping, present: readonly string[]): string {
  const wanted = `column "${column}" for field "${field.name}" (${field.type}) of source "${source.name}" is missing`;
  return `${wanted}; the file has ${present.map((name) => `"${name}"`).join(', ')}; map another column, or none`;
}

async function readParquetColumns(file: string, place: string): Promise<readonly ParquetColumn[]> {
  const { size } = await statFile(file, place);
  const tail = await readRange(file, Math.max(0, size - PARQUET_TAIL_BYTES), PARQUET_TAIL_BYTES);
  const range = parquetFooterRange(tail, size, place);
  return readParquetSchema(await readRange(file, range.from, range.size), place).columns;
}

async function readSample(file: string, place: string): Promise<string> {
  await statFile(file, place);
  return (await readRange(file, 0, SAMPLE_BYTES)).toString('utf8').replace(/^\uFEFF/, '');
}

/** A field of CSV up to its comma or the end of the line; a quoted one may hold commas and doubled quotes. */
const CSV_FIELD = /\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(,|$)/y;

/** The names in a CSV file's first line, in order. */
export function csvHeader(sample: string): string[] {
  const line = /^[^\r\n]*/.exec(sample)?.[0] ?? '';
  const field = new RegExp(CSV_FIELD);
  const names: string[] = [];
  for (;;) {
    const match = field.exec(line);
    names.push((match?.[1]?.replaceAll('""', '"') ?? match?.[2] ?? '').trim());
    if (match?.[3] !== ',') return names;
  }
}

/** Every key that stands in the first lines; a key that is in none of them is taken for missing. */
export function ndjsonKeys(sample: string, place: string): Set<string> {
  const lines = sample.split('\n');
  if (lines.length > 1) lines.pop(); // cut off by the sample's end, or empty
  const keys = new Set<string>();
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    for (const key of Object.keys(parseObject(line, `${place}, line ${i + 1}`))) keys.add(key);
  }
  return keys;
}

function parseObject(line: string, place: string): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // told below
  }
  throw new ForebayError('invalid_request', `${place}: not a JSON object: ${line.slice(0, 80)}`);
}
