/** All that can be compared of one scene: many entities, one query a run. */
import { compileView } from '@forebay/algebra';
import type { Random } from '@forebay/testkit';
import type { Comparison } from './comparison';
import { type ParityArchive, runInArchive, runValueOf } from './parity-archive';
import { generateCase, type ParityCase, type Scene } from './parity-case';
import { compareServed, engineOf, heldBatch, streamOf } from './served-read';
import { writtenBatch } from './written-batch';

/** A comparison, and the case that repeats it. */
export interface CaseComparisons {
  readonly each: ParityCase;
  readonly comparisons: readonly Comparison[];
}

export function generateCases(random: Random, scene: Scene, entities: number): ParityCase[] {
  return Array.from({ length: entities }, (_, entity) => generateCase(random, scene, entity));
}

/** Stream and batch lists, both in this process. */
export function compareHere(each: ParityCase): Comparison[] {
  const layout = compileView(each.view, each.source);
  const batch = heldBatch(each, (run) => writtenBatch(layout, each, run));
  const parts = { ...streamOf(layout, each).parts, batch: batch?.bytes ?? null };
  const path = each.view.batch === null ? 'stream' : 'batch + stream';
  return compareServed(path, engineOf(layout), each, parts, batch);
}

/** Batch values that ClickHouse made of its archive, and the stream's. */
export async function compareWithArchive(
  archive: ParityArchive,
  cases: readonly ParityCase[],
): Promise<CaseComparisons[]> {
  const { view, source } = cases[0] as ParityCase;
  const layout = compileView(view, source);
  await archive.create(source);
  const values = await runInArchive(archive, layout, cases);
  const engine = engineOf(layout);
  const compared = cases.map((each, entity) => {
    const batch = heldBatch(each, (run) => runValueOf(values, run, entity));
    const parts = { ...streamOf(layout, each).parts, batch: batch?.bytes ?? null };
    return { each, comparisons: compareServed('ClickHouse batch + stream', engine, each, parts, batch) };
  });
  await archive.drop(source);
  return compared;
}
