/** All that can be compared of one scene: many entities, one query a run. */
import { compileView, type StoredParts, type ViewLayout } from '@forebay/algebra';
import type { Random, WorldRun } from '@forebay/testkit';
import type { Comparison } from './comparison';
import { runInArchive, runValueOf } from './parity-archive';
import { generateCase, type ParityCase, type Scene } from './parity-case';
import type { ParityServers } from './parity-servers';
import { compareScheduled } from './scheduled-read';
import { compareServed, engineOf, type HeldBatch, heldBatch, streamOf, writtenBatches } from './served-read';
import { compareTraining } from './training-rows';
import { writtenBatch } from './written-batch';

/** Comparisons, and the case that repeats them. */
export interface CaseComparisons {
  readonly each: ParityCase;
  readonly comparisons: readonly Comparison[];
}

export function generateCases(random: Random, scene: Scene, entities: number): ParityCase[] {
  return Array.from({ length: entities }, (_, entity) => generateCase(random, scene, entity));
}

/** Everything that needs no server: stream and batch lists, and the training set. */
export function compareHere(each: ParityCase): Comparison[] {
  const layout = compileView(each.view, each.source);
  return [...compareStored(layout, each), ...compareTraining(layout, each)];
}

function compareStored(layout: ViewLayout, each: ParityCase): Comparison[] {
  const valueOfRun = (run: WorldRun) => writtenBatch(layout, each, run);
  if (each.view.schedule !== null) return compareScheduled('scheduled', engineOf(layout), each, valueOfRun);
  const batch = heldBatch(each, valueOfRun);
  const parts = { ...streamOf(layout, each).parts, batch: batch?.bytes ?? null };
  const path = each.view.batch === null ? 'stream' : 'batch + stream';
  return compareServed(path, engineOf(layout), each, parts, batch);
}

/** Batch values that ClickHouse made of its archive, with the stream's; `throughRedis`: all of them stored and read there. */
export async function compareWithServers(
  servers: ParityServers,
  cases: readonly ParityCase[],
  throughRedis: boolean,
): Promise<CaseComparisons[]> {
  const { view, source } = cases[0] as ParityCase;
  const layout = compileView(view, source);
  await servers.archive.create(source);
  try {
    const values = await runInArchive(servers.archive, layout, cases);
    const runValue = (each: ParityCase) => (run: WorldRun) => runValueOf(values, run, each);
    return view.schedule === null
      ? await compareReads(servers, layout, cases, runValue, throughRedis)
      : cases.map((each) => ({
          each,
          comparisons: compareScheduled('ClickHouse scheduled', engineOf(layout), each, runValue(each)),
        }));
  } finally {
    await servers.archive.drop(source);
  }
}

async function compareReads(
  { redis }: ParityServers,
  layout: ViewLayout,
  cases: readonly ParityCase[],
  runValue: (each: ParityCase) => (run: WorldRun) => Uint8Array | null,
  throughRedis: boolean,
): Promise<CaseComparisons[]> {
  const streams = cases.map((each) => (each.view.stream === null ? null : streamOf(layout, each)));
  const batches = cases.map((each) => heldBatch(each, runValue(each)));
  const stored = throughRedis
    ? await redis.throughRedis(
        layout,
        streams.map((stream) => stream?.writes ?? []),
        cases.map((each) => writtenBatches(each, runValue(each))),
      )
    : streams.map((stream, entity) => ({ ...NO_STREAM, ...stream?.parts, batch: bytesOf(batches[entity]) }));
  const engine = engineOf(layout);
  const path = throughRedis ? 'through Redis' : 'ClickHouse batch + stream';
  return cases.map((each, entity) => ({
    each,
    comparisons: compareServed(path, engine, each, stored[entity] as StoredParts, batches[entity] ?? null),
  }));
}

const NO_STREAM = { stream: null, open: null, sealed: null };
const bytesOf = (batch: HeldBatch | null | undefined) => batch?.bytes ?? null;
