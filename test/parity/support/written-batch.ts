/** Batch values by the algebra's own writer, which needs no server. */
import { BatchListWriter, batchBoundaries, LaneEvaluator, type ViewLayout } from '@forebay/algebra';
import type { WorldRun } from '@forebay/testkit';
import type { ParityCase } from './parity-case';
import { decodedRow, tieWords } from './streamed-entity';

/** What the run stored of the entity: everything of the archive that had arrived by its clock. */
export function writtenBatch(
  layout: ViewLayout,
  { history, source }: ParityCase,
  { qMs, cutMs }: WorldRun,
): Uint8Array | null {
  const writer = new BatchListWriter(layout, {
    boundaries: batchBoundaries(layout, qMs, cutMs),
    cutMs,
    qMs,
    goodUntilMs: cutMs + (layout.view.batch?.horizonMs ?? 0),
  });
  const evaluator = new LaneEvaluator(layout);
  const copies = new Set<string>();
  for (const { event, arrivalMs, inArchive } of history) {
    const id = `${event.eventTimeMs} ${event.tie}`;
    if (!inArchive || arrivalMs > qMs || (source.dedupeMs !== null && copies.has(id))) continue;
    copies.add(id);
    const row = decodedRow(event.row);
    evaluator.derive(row);
    if (evaluator.evaluate(row)) writer.add(evaluator, event.eventTimeMs, tieWords(event.tie));
  }
  return writer.encode();
}
