/** Writes the result of a statement to its target, whole or not at all. */
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type OfflineStore, offlineError, refusingException } from '@forebay/offline-store';
import type { RowFormat, RowTarget } from '../request';
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

/**
 * On an error or an abort nothing of it is left, and what was there before stays as it was.
 *
 * @param onProgress hears how many bytes are written
 * @returns the bytes of all
 */
export async function writeTrainingFile(
  store: OfflineStore,
  { query, parameters }: RowStatement,
  target: RowTarget,
  onProgress?: (writtenBytes: number) => void,
  signal?: AbortSignal,
): Promise<number> {
  const settings = { ...EXACT, ...SETTINGS[target.format] };
  const statement = `${query}\nFORMAT ${CLICKHOUSE_FORMATS[target.format]}`;
  let written = 0;
  const tell = (bytes: number) => {
    written = bytes;
    onProgress?.(bytes);
  };
  try {
    const { bytes, exceptionTag } = await store.stream(statement, parameters, settings, signal);
    await pipeline(
      bytes,
      refusingException(exceptionTag),
      counting(tell),
      (rows: AsyncIterable<Buffer>) => target.write(rows, signal),
      { ...(signal === undefined ? {} : { signal }) },
    );
    return written;
  } catch (thrown) {
    signal?.throwIfAborted();
    throw offlineError(thrown);
  }
}

function counting(onProgress: (writtenBytes: number) => void): Transform {
  let written = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      written += chunk.length;
      onProgress(written);
      done(null, chunk);
    },
  });
}
