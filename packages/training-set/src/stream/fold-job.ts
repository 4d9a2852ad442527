/** The fold of one view for a share of the entities, from the query to the table of results. */
import { Readable } from 'node:stream';
import { compileTableView, compileView } from '@forebay/algebra';
import type { OfflineStore, Statement } from '@forebay/offline-store';
import { readBlocks } from '../native/block-reader';
import type { Block } from '../native/columns';
import type { FoldedView } from '../plan/training-plan';
import { foldEvents } from './fold-events';
import { foldTable } from './fold-table';
import { type AskedFeature, type FoldTally, ViewResults } from './view-results';

/** Plain data: it goes to another thread as it is. */
export interface FoldJob {
  readonly folded: FoldedView;
  /** The sorted stream, as Native. */
  readonly statement: Statement;
  /** Whether some tiles come as states. */
  readonly withStates: boolean;
  /** The table that takes the results. */
  readonly into: string;
  readonly withStatuses: boolean;
}

/** A result is streamed for as long as the fold takes. Sorting spills to the server's disk beyond so many bytes. */
const READ_SETTINGS = {
  do_not_merge_across_partitions_select_final: 1,
  cancel_http_readonly_queries_on_client_close: 1,
  max_bytes_before_external_sort: '1073741824',
} as const;

/** `onProgress` hears after each block how many rows have their values. */
export async function runFoldJob(
  store: OfflineStore,
  { folded, statement, withStates, into, withStatuses }: FoldJob,
  onProgress: (rows: number) => void,
  signal?: AbortSignal,
): Promise<FoldTally> {
  const results = new ViewResults(askedOf(folded), withStatuses);
  const { bytes, exceptionTag } = await store.stream(
    statement.query,
    statement.parameters,
    READ_SETTINGS,
    signal,
  );
  try {
    const blocks = readBlocks(bytes, exceptionTag);
    await insertBlocks(
      store,
      into,
      tellRows(foldOf(folded, blocks, results, withStates), results, onProgress),
    );
  } catch (thrown) {
    signal?.throwIfAborted();
    throw thrown;
  } finally {
    bytes.destroy();
  }
  onProgress(results.tally.rows);
  return results.tally;
}

/** Streams blocks in the Native format into a table. */
export async function insertBlocks(
  store: OfflineStore,
  table: string,
  blocks: AsyncGenerator<Buffer>,
): Promise<void> {
  // an insert without a block is refused
  const first = await blocks.next();
  if (first.done) return;
  let failure: unknown = null;
  const all = async function* () {
    yield first.value;
    try {
      yield* blocks;
    } catch (thrown) {
      failure = thrown;
      throw thrown;
    }
  };
  try {
    await store.insertBytes(
      `INSERT INTO ${table} FORMAT Native`,
      Readable.from(all(), { objectMode: false }),
    );
  } catch (thrown) {
    throw failure ?? thrown; // what ended the blocks explains why the insert failed
  }
}

function askedOf({ view, asked }: FoldedView): AskedFeature[] {
  return asked.map((name) => {
    const index = view.features.findIndex((feature) => feature.name === name);
    return { index, type: (view.features[index] as (typeof view.features)[number]).type };
  });
}

function foldOf(
  folded: FoldedView,
  blocks: AsyncIterable<Block>,
  results: ViewResults,
  withStates: boolean,
): AsyncGenerator<Buffer> {
  return folded.kind === 'aggregation view'
    ? foldEvents(compileView(folded.view, folded.source), blocks, results, withStates)
    : foldTable(compileTableView(folded.view, folded.source), blocks, results);
}

async function* tellRows(
  blocks: AsyncGenerator<Buffer>,
  { tally }: ViewResults,
  onProgress: (rows: number) => void,
): AsyncGenerator<Buffer> {
  for await (const block of blocks) {
    onProgress(tally.rows);
    yield block;
  }
}
