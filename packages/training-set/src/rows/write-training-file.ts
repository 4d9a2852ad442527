/** Writes the result of a statement to a file on this machine, whole or not at all. */
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ForebayError } from '@forebay/contract';
import { type OfflineStore, offlineError, refusingException } from '@forebay/offline-store';
import type { RowFile, RowFormat } from '../request';
import { IN_ORDER } from '../sql/joined-sql';
import { CLICKHOUSE_FORMATS } from './row-formats';

/** A SELECT without its FORMAT; the rows are written in its order, by one thread of the server. */
export interface RowStatement {
  readonly query: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

type Settings = Readonly<Record<string, string | 0 | 1>>;

const EXACT: Settings = { ...IN_ORDER, precise_float_parsing: 1 };

const TEXT: Settings = { date_time_output_format: 'iso' };

/**
 * What pandas, pyarrow, polars and DuckDB read as it was meant: UTF-8 texts, instants in UTC, null for null. Parquet is
 * compressed with Snappy, as they do themselves: Zstandard's files are a fifth smaller, and cost half as much CPU again to
 * write. A training set is read whole, so it has no bloom filters and page indexes, which cost as much as all the rest.
 * Row groups of 262,144 rows let readers work in parallel, and keep the server's memory small (a group is made in memory).
 * Arrow has LZ4 frames, as Feather has.
 */
const SETTINGS: Readonly<Record<RowFormat, Settings>> = {
  Parquet: {
    output_format_parquet_compression_method: 'snappy',
    output_format_parquet_write_bloom_filter: 0,
    output_format_parquet_write_page_index: 0,
    output_format_parquet_row_group_size: '262144',
    output_format_parquet_string_as_string: 1,
  },
  Arrow: {
    output_format_arrow_compression_method: 'lz4_frame',
    output_format_arrow_string_as_string: 1,
    output_format_arrow_low_cardinality_as_dictionary: 0,
  },
  CSV: { ...TEXT, format_csv_null_representation: '' },
  NDJSON: {
    ...TEXT,
    output_format_json_quote_64bit_integers: 0,
    output_format_json_quote_denormals: 0,
    output_format_json_escape_forward_slashes: 0,
  },
};

/** What stands at the file's place until it is whole. */
export function partialFile(file: string): string {
  return `${file}.partial`;
}

/** Throws `invalid_request` if the file can't be written: before the work, not after it. */
export async function checkTrainingFile({ file }: RowFile): Promise<void> {
  const directory = dirname(resolve(file));
  const place = `training set "${file}"`;
  const [found, above] = await Promise.all([file, directory].map((path) => stat(path).catch(() => null)));
  if (found?.isDirectory() === true)
    throw new ForebayError('invalid_request', `${place}: it is a directory; name a file in it`);
  if (above?.isDirectory() !== true)
    throw new ForebayError(
      'invalid_request',
      `${place}: there is no directory "${directory}"; make it first`,
    );
}

/**
 * `<file>.partial` is written, flushed to the disk and renamed; on an error or an abort nothing is left of it, and an older
 * file stays as it was.
 *
 * @param onProgress hears how many bytes are written
 */
export async function writeTrainingFile(
  store: OfflineStore,
  { query, parameters }: RowStatement,
  { file, format }: RowFile,
  onProgress?: (writtenBytes: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const partial = partialFile(file);
  const settings = { ...EXACT, ...SETTINGS[format] };
  const statement = `${query}\nFORMAT ${CLICKHOUSE_FORMATS[format]}`;
  try {
    const { bytes, exceptionTag } = await store.stream(statement, parameters, settings, signal);
    await pipeline(
      bytes,
      refusingException(exceptionTag),
      counting(onProgress),
      createWriteStream(partial, { flush: true }),
      { ...(signal === undefined ? {} : { signal }) },
    );
    await rename(partial, file);
  } catch (thrown) {
    await rm(partial, { force: true });
    signal?.throwIfAborted();
    throw writeError(thrown, file);
  }
}

function counting(onProgress: ((writtenBytes: number) => void) | undefined): Transform {
  let written = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      written += chunk.length;
      onProgress?.(written);
      done(null, chunk);
    },
  });
}

/** Errors of files have a path; all others are the server's or its connection's. */
function writeError(thrown: unknown, file: string): ForebayError {
  const { path, message } = thrown as NodeJS.ErrnoException;
  if (path === undefined) return offlineError(thrown);
  return new ForebayError('failed_precondition', `training set "${file}" can't be written: ${message}`, {
    cause: thrown,
  });
}
