/** A read of one entity as serving makes it, and what the world says that it must find. */
import {
  markerClock,
  newViewOutput,
  type ReadContext,
  type StoredParts,
  ViewFold,
  type ViewLayout,
  type ViewOutput,
} from '@forebay/algebra';
import { HOUR_MS } from '@forebay/contract';
import {
  expectedCut,
  type OracleEvent,
  oracleFeatures,
  Random,
  type ReadFacts,
  type WorldRun,
} from '@forebay/testkit';
import { type Comparison, compareOutput, type PathName } from './comparison';
import type { ParityCase } from './parity-case';
import { StreamedEntity } from './streamed-entity';

/** The values that a run wrote: null for an entity that it found nothing of. */
export type ValueOfRun = (run: WorldRun) => Uint8Array | null;

/** An engine of one view. */
export interface ViewEngine {
  readonly layout: ViewLayout;
  readonly fold: ViewFold;
  readonly output: ViewOutput;
}

export function engineOf(layout: ViewLayout): ViewEngine {
  return { layout, fold: new ViewFold(layout), output: newViewOutput(layout) };
}

/** The stream's writer of the case, after everything that had arrived is stored. */
export function streamOf(layout: ViewLayout, { history, world, writerSeed }: ParityCase): StreamedEntity {
  const entity = new StreamedEntity(layout, new Random(writerSeed));
  for (const each of history) if (each.inStream) entity.deliver(each, each.arrivalMs + world.writerAheadMs);
  entity.finish();
  return entity;
}

export interface HeldBatch {
  readonly run: WorldRun;
  readonly bytes: Uint8Array;
}

/** A run deletes nothing: where it has no value for the entity, that of the run before stays until it expires. */
export function heldBatch({ view, world }: ParityCase, valueOfRun: ValueOfRun): HeldBatch | null {
  let held: HeldBatch | null = null;
  for (const run of world.runs.slice(0, world.written)) {
    const bytes = valueOfRun(run);
    if (bytes !== null) held = { run, bytes };
  }
  const diesAtMs = held === null ? 0 : held.run.cutMs + (view.batch?.horizonMs ?? 0) + HOUR_MS;
  return held !== null && world.nowMs < diesAtMs ? held : null;
}

/** Each once, the newest first, as a run that lags behind would write after it. */
export function writtenBatches(each: ParityCase, valueOfRun: ValueOfRun): Uint8Array[] {
  if (heldBatch(each, valueOfRun) === null) return [];
  const { world } = each;
  const values = world.runs.slice(0, world.written).map(valueOfRun);
  return values.filter((value) => value !== null).reverse();
}

/** Compares what reads of the case find in the parts with the oracle; `batch` is what part `b` holds. */
export function compareServed(
  path: PathName,
  { layout, fold, output }: ViewEngine,
  each: ParityCase,
  parts: StoredParts,
  batch: HeldBatch | null,
): Comparison[] {
  const { view, source, world } = each;
  const newest = world.runs[world.finished - 1] ?? null;
  const marker = newest === null ? null : { ...newest, coverageBeginMs: world.coverageBeginMs };
  return each.readsMs.flatMap((clockMs) => {
    const progressMs = world.progressMs === null ? null : world.progressMs + (clockMs - world.nowMs);
    const { completeSinceMs } = world;
    const contextAt = (instantMs: number): ReadContext => ({
      tMs: instantMs,
      serverClockMs: clockMs,
      completeSinceMs,
      progressMs,
      batchMarker: marker,
    });
    const earliestMs = Math.max(clockMs, markerClock(marker));
    const tMs = Math.max(earliestMs, fold.fold(parts, contextAt(earliestMs), output));
    const facts: ReadFacts = {
      view,
      source,
      tMs,
      serverClockMs: clockMs,
      completeSinceMs,
      progressMs,
      marker,
      ownCutMs: batch?.run.cutMs ?? null,
    };
    // such a writer may drop what a reader still asks for, without a trace
    if (world.writerAheadMs > source.maxClockSkewMs && tMs - clockMs <= source.maxClockSkewMs) return [];
    if (tMs > earliestMs) fold.fold(parts, contextAt(tMs), output);
    const oracle = oracleFeatures(layout.view, source, knownEvents(each, facts, batch), tMs);
    return compareOutput(path, facts, oracle, output);
  });
}

/**
 * Before the cut: what the run of the cut saw; one later than allowed counts from the next run on. From the cut on: what the stream
 * stored, but not what was older than the ids that it keeps.
 */
function knownEvents(
  { history, world, source }: ParityCase,
  facts: ReadFacts,
  batch: HeldBatch | null,
): OracleEvent[] {
  const cutMs = expectedCut(facts);
  const spokenBy =
    batch !== null && batch.run.cutMs === cutMs ? batch.run : (world.runs[world.finished - 1] ?? null);
  return history
    .filter(({ event, arrivalMs, writerProgressMs }) => {
      if (event.eventTimeMs < cutMs) return arrivalMs <= (spokenBy?.qMs ?? 0);
      const forgotten = source.dedupeMs !== null && event.eventTimeMs < writerProgressMs - source.dedupeMs;
      return arrivalMs <= world.storedToMs && !forgotten;
    })
    .map(({ event }) => event);
}
