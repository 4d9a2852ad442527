/** Which entities have events in the windows of a view, or a share of them. */
import type { ViewLayout } from '@forebay/algebra';
import type { OfflineStore } from './client';
import { entityKeySql, keyFitsSql } from './entity-key-sql';
import { eventRowsSql } from './event-rows-sql';
import { finishedLoadsOf } from './loads';
import {
  boundariesOf,
  chunkParameters,
  chunkSql,
  rangeOf,
  type SegmentChunk,
  segmentParameters,
} from './segments-sql';

/** A share of the entities, each seed another one. */
export interface EntitySample {
  /** Up to 1: all. */
  readonly share: number;
  readonly seed: number;
}

const PARTS = 1_000_000;

/** About how many entities a sample has. @param tMs the instant whose windows they have events in */
export async function countEntities(
  store: OfflineStore,
  layout: ViewLayout,
  tMs: number,
  sample: EntitySample,
): Promise<number> {
  const [row] = await store.rows<{ entities: number }>(
    `SELECT toFloat64(uniq(key)) AS entities FROM (${keysSql(layout)}) WHERE ${SAMPLE_SQL}`,
    { ...(await parametersOf(store, layout, tMs)), ...sampleParameters(sample) },
  );
  return row?.entities ?? 0;
}

/** The encoded keys of a chunk of the sample, in no order. */
export async function listEntities(
  store: OfflineStore,
  layout: ViewLayout,
  tMs: number,
  sample: EntitySample,
  chunk: SegmentChunk,
): Promise<string[]> {
  const rows = await store.rows<{ key: string }>(
    `SELECT DISTINCT key FROM (${keysSql(layout)}) WHERE ${SAMPLE_SQL} AND ${chunkSql('key', chunk)}`,
    {
      ...(await parametersOf(store, layout, tMs)),
      ...sampleParameters(sample),
      ...chunkParameters(chunk),
    },
  );
  return rows.map(({ key }) => key);
}

function keysSql(layout: ViewLayout): string {
  const { sql, keys } = eventRowsSql(layout, rangeOf(layout));
  return `SELECT ${entityKeySql(keys)} AS key FROM (${sql}) WHERE ${keyFitsSql('key')}`;
}

/** By another hash than that of chunks: each chunk has its share. */
const SAMPLE_SQL = 'sipHash64(key, {seed:UInt32}) % {parts:UInt32} < {wanted:UInt32}';

const sampleParameters = ({ share, seed }: EntitySample) => ({
  seed,
  parts: PARTS,
  wanted: Math.ceil(share * PARTS),
});

async function parametersOf(store: OfflineStore, layout: ViewLayout, tMs: number) {
  const run = { qMs: tMs, cutMs: tMs };
  const [from] = boundariesOf(layout, run);
  const finishedLoads = await finishedLoadsOf(store, layout.source);
  return { ...segmentParameters(layout, { ...run, finishedLoads }, { chunk: 0, chunks: 1 }), from };
}
