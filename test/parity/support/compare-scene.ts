/** All that can be compared of one scene: many entities, one query a run. */
import { compileView, type StoredParts, type ViewLayout } from '@forebay/algebra';
import type { Random, WorldRun } from '@forebay/testkit';
import type { Comparison } from './comparison';
import { type ParityArchive, runInArchive, runValueOf } from './parity-archive';
import { generateCase, type ParityCase, type Scene } from './parity-case';
import type { ParityRedis } from './parity-redis';
import { compareScheduled } from './scheduled-read';
import { compareServed, engineOf, heldBatch, streamOf } from './served-read';
import { compareTraining, type TrainingRows } from './training-rows';
import { writtenBatch } from './written-batch';

/** A comparison, and the case that repeats it. */
export interface CaseComparisons {
  readonly each: ParityCase;
  readonly comparisons: readonly Comparison[];
}

export interface ParityServers {
  readonly archive: ParityArchive;
  /** null: values stay in this process. */
  readonly redis: ParityRedis | null;
}

export function generateCases(random: Random, scene: Scene, entities: number): ParityCase[] {
  return Array.from({ length: entities }, (_, entity) => generateCase(random, scene, entity));
}

/** Everything that needs no server: stream and batch lists, and the training set. */
export function compareHere(each: ParityCase, rows: TrainingRows): Comparison[] {
  const layout = compileView(each.view, each.source);
  return [...compareStored(layout, each), ...compareTraining(layout, each, rows)];
}

function compareStored(layout: ViewLayout, each: ParityCase): Comparison[] {
  const valueOfRun = (run: WorldRun) => writtenBatch(layout, each, run);
  if (each.view.schedule !== null) return compareScheduled('scheduled', engineOf(layout), each, valueOfRun);
  const batch = heldBatch(each, valueOfRun);
  const parts = { ...streamOf(layout, each).parts, batch: batch?.bytes ?? null };
  const path = each.view.batch === null ? 'stream' : 'batch + stream';
  return compareServed(path, engineOf(layout), each, parts, batch);
}

/** Batch values that ClickHouse made of its archive, with the stream's; where there is a Redis, all of them through it. */
export async function compareWithServers(
  { archive, redis }: ParityServers,
  cases: readonly ParityCase[],
): Promise<CaseComparisons[]> {
  const { view, source } = cases[0] as ParityCase;
  const layout = compileView(view, source);
  const engine = engineOf(layout);
  await archive.create(source);
  const values = await runInArchive(archive, layout, cases);
  await archive.drop(source);
  if (view.schedule !== null)
    return cases.map((each, entity) => ({
      each,
      comparisons: compareScheduled('ClickHouse scheduled', engine, each, (run) =>
        runValueOf(values, run, entity),
      ),
    }));
  const streams = cases.map((each) => streamOf(layout, each));
  const batches = cases.map((each, entity) => heldBatch(each, (run) => runValueOf(values, run, entity)));
  const bytes = batches.map((batch) => batch?.bytes ?? null);
  const stored =
    redis === null
      ? streams.map(({ parts }, entity) => ({ ...parts, batch: bytes[entity] ?? null }))
      : await redis.throughRedis(
          layout,
          streams.map(({ writes }) => writes),
          bytes,
        );
  const path = redis === null ? 'ClickHouse batch + stream' : 'through Redis';
  return cases.map((each, entity) => ({
    each,
    comparisons: compareServed(path, engine, each, stored[entity] as StoredParts, batches[entity] ?? null),
  }));
}
