import type { ViewLayout } from '@forebay/algebra';
import { type OfflineStore, offlineError } from './client';
import { type KeyValueBatch, splitKeyValues } from './key-value-stream';
import { type SegmentChunk, type SegmentRun, segmentSql } from './segments-sql';

/** A part of an archive in which equal records lie: never two, as the partition is a function of the sorting key. */
const READ_SETTINGS = {
  do_not_merge_across_partitions_select_final: 1,
  max_block_size: '8192',
  cancel_http_readonly_queries_on_client_close: 1,
} as const;

/**
 * Computes the batch lists of a chunk's entities in ClickHouse and yields (entity key, value) as they come.
 * Leaving the loop early stops the query, and so does `signal`, whose reason is thrown. `threads` 0: as many as the server likes.
 */
export async function* streamSegments(
  store: OfflineStore,
  layout: ViewLayout,
  run: SegmentRun,
  chunk: SegmentChunk,
  { signal, threads = 0 }: { readonly signal?: AbortSignal; readonly threads?: number } = {},
): AsyncGenerator<KeyValueBatch> {
  const { query, parameters } = segmentSql(layout, run, chunk, store);
  const settings = { ...READ_SETTINGS, ...(threads === 0 ? {} : { max_threads: threads }) };
  try {
    const { bytes, exceptionTag } = await store.stream(query, parameters, settings, signal);
    try {
      yield* splitKeyValues(bytes, exceptionTag);
    } finally {
      bytes.destroy();
    }
  } catch (thrown) {
    signal?.throwIfAborted();
    throw offlineError(thrown);
  }
}
