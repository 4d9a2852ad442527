/** A training set of one view and one entity without a server: the events and rows in memory, the fold of the real one. */
import { LaneEvaluator, newViewOutput, type ViewLayout, type ViewOutput } from '@forebay/algebra';
import type { Hash64 } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import { EntityFold } from './entity-fold';
import { type Clocks, eventPlace, rowPlace } from './place';

/** An event as the archive holds it: the source's fields in their order, and what orders it among others. */
export interface TrainingEvent {
  readonly row: readonly Value[];
  readonly eventTimeMs: number;
  readonly knownAtMs: number;
  /** See "tie" in docs/CODEC.md. */
  readonly tie: Hash64;
}

interface PlacedEvent extends TrainingEvent {
  readonly placeMs: number;
  /** With the derived columns. */
  readonly values: Value[];
}

/**
 * The values of every feature at each of the rows' timestamps, in the rows' order. With `dedupeMs` declared, of events with
 * equal (event time, tie) only the one that was known first counts; of those known together the first given.
 */
export function trainingValues(
  layout: ViewLayout,
  events: readonly TrainingEvent[],
  timestampsMs: readonly number[],
  knownAsOfMs: number | null = null,
): ViewOutput[] {
  const clocks: Clocks = { schedule: layout.view.schedule, knownAsOfMs };
  const evaluator = new LaneEvaluator(layout);
  const placed = placeEvents(layout, evaluator, events, clocks);
  const fold = new EntityFold(layout);
  const outputs: ViewOutput[] = [];
  const rows = timestampsMs
    .map((timestampMs, row) => ({ row, placeMs: rowPlace(clocks, timestampMs) }))
    .sort((a, b) => a.placeMs - b.placeMs);
  let next = 0;
  for (const { row, placeMs } of rows) {
    for (; next < placed.length && (placed[next] as PlacedEvent).placeMs <= placeMs; next++) {
      const event = placed[next] as PlacedEvent;
      evaluator.evaluate(event.values);
      fold.add(event.placeMs, event.eventTimeMs, event.tie, evaluator);
    }
    const out = newViewOutput(layout);
    fold.valuesAt(placeMs, out);
    outputs[row] = out;
  }
  return outputs;
}

/** The events that count for some row, by place, then event time. */
function placeEvents(
  layout: ViewLayout,
  evaluator: LaneEvaluator,
  events: readonly TrainingEvent[],
  clocks: Clocks,
): PlacedEvent[] {
  const passing = events
    .map((event) => ({ ...event, values: event.row.map(finite) }))
    .filter(({ values }) => {
      evaluator.derive(values);
      return evaluator.evaluate(values);
    });
  const counting = layout.source.dedupeMs === null ? passing : firstCopies(passing);
  return counting
    .map((event) => ({ ...event, placeMs: eventPlace(clocks, event.eventTimeMs, event.knownAtMs) }))
    .filter(({ placeMs }) => placeMs < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.placeMs - b.placeMs || a.eventTimeMs - b.eventTimeMs);
}

function firstCopies<E extends TrainingEvent>(events: readonly E[]): E[] {
  const copies = new Map<string, E>();
  for (const event of [...events].sort((a, b) => a.knownAtMs - b.knownAtMs)) {
    const id = `${event.eventTimeMs} ${event.tie.high} ${event.tie.low}`;
    if (!copies.has(id)) copies.set(id, event);
  }
  return [...copies.values()];
}

/** NaN and infinities are null, and −0.0 is 0.0, as the archive's reader has it. */
function finite(value: Value): Value {
  if (typeof value !== 'number') return value;
  return Number.isFinite(value) ? value + 0 : null;
}
