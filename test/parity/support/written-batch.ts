/** Batch values by the algebra's own writer, which needs no server. */
import {
  BatchListWriter,
  batchBoundaries,
  LaneEvaluator,
  scheduledBoundaries,
  type ViewLayout,
} from '@forebay/algebra';
import type { WorldRun } from '@forebay/testkit';
import type { ParityCase } from './parity-case';
import { decodedRow, tieWords } from './streamed-entity';

/** What the run stored of the entity: everything of the archive that had arrived by its clock. */
export function writtenBatch(
  layout: ViewLayout,
  { history, source, view }: Pick<ParityCase, 'history' | 'source' | 'view'>,
  { qMs, cutMs }: WorldRun,
): Uint8Array | null {
  const { schedule } = view;
  const knownToMs = schedule === null ? qMs : cutMs + schedule.waitMs;
  const writer = new BatchListWriter(layout, {
    boundaries: schedule === null ? batchBoundaries(layout, qMs, cutMs) : scheduledBoundaries(layout, cutMs),
    cutMs,
    qMs,
    goodUntilMs: cutMs + (view.batch?.horizonMs ?? 0),
  });
  const evaluator = new LaneEvaluator(layout);
  const copies = new Set<string>();
  for (const { event, arrivalMs, inArchive } of history) {
    const id = `${event.eventTimeMs} ${event.tie}`;
    if (!inArchive || arrivalMs > knownToMs || (source.dedupeMs !== null && copies.has(id))) continue;
    copies.add(id);
    const row = decodedRow(event.row);
    evaluator.derive(row);
    if (evaluator.evaluate(row)) writer.add(evaluator, event.eventTimeMs, tieWords(event.tie));
  }
  return writer.encode();
}
