/** A read of a view on a schedule: two parts by the parity of the tick, and the markers of their runs. */
import { type BatchMarker, parityOf, type ScheduledContext } from '@forebay/algebra';
import { oracleFeatures, type ReadFacts, tickAt } from '@forebay/testkit';
import { type Comparison, compareOutput, type PathName } from './comparison';
import type { ParityCase } from './parity-case';
import type { ValueOfRun, ViewEngine } from './served-read';

type ByParity<Item> = [Item | null, Item | null];

/** What the runs left, each in the part of its tick; `finished` of them have moved their marker. */
function heldParts({ view, world }: ParityCase, valueOfRun: ValueOfRun) {
  const schedule = view.schedule as NonNullable<typeof view.schedule>;
  const parts: ByParity<Uint8Array> = [null, null];
  const markers: ByParity<BatchMarker> = [null, null];
  for (const [i, run] of world.runs.slice(0, world.written).entries()) {
    const parity = parityOf(schedule, run.cutMs);
    parts[parity] = valueOfRun(run) ?? parts[parity];
    if (i < world.finished) markers[parity] = { ...run, coverageBeginMs: world.coverageBeginMs };
  }
  return { parts, markers };
}

/** A tick's value holds what was known by tick + wait, and nothing else. */
export function compareScheduled(
  path: PathName,
  { fold, output }: ViewEngine,
  each: ParityCase,
  valueOfRun: ValueOfRun,
): Comparison[] {
  const { view, source, world, history } = each;
  const schedule = view.schedule as NonNullable<typeof view.schedule>;
  const { parts, markers } = heldParts(each, valueOfRun);
  return each.readsMs.flatMap((clockMs) => {
    const context: ScheduledContext = { tMs: clockMs, markers };
    fold.foldScheduled(parts, context, output);
    const tMs = tickAt(schedule, clockMs);
    const facts: ReadFacts = {
      view,
      source,
      tMs,
      serverClockMs: clockMs,
      completeSinceMs: world.completeSinceMs,
      progressMs: world.progressMs,
      marker: world.runs.slice(0, world.finished).findLast(({ cutMs }) => cutMs === tMs)
        ? { cutMs: tMs, coverageBeginMs: world.coverageBeginMs }
        : null,
      ownCutMs: null,
    };
    const known = history
      .filter(({ arrivalMs, inArchive }) => inArchive && arrivalMs <= tMs + schedule.waitMs)
      .map(({ event }) => event);
    return compareOutput(path, facts, oracleFeatures(view, source, known, tMs), output);
  });
}
