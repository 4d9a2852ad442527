/**
 * What a feature's value is, by the plainest recomputation: every event, every window, no segments, no merging.
 * It shares with the engine the definition types and the expressions' closures, and nothing else.
 */
import type { AggregationView, EventSource } from '@forebay/definitions';
import { type OracleEvent, PassingEvents, windowSpan } from './oracle-inputs';
import { valueOver } from './oracle-operations';
import type { OracleResult } from './oracle-value';

export interface OracleValues {
  /** By feature. */
  readonly results: readonly OracleResult[];
  /** Whether an event that passes the view's filter lies in any window of the view. */
  readonly found: boolean;
}

/**
 * Values of every feature of the view for the events of ONE entity that are known, by the time at which they became known, at
 * instant t (of a view on a schedule: the tick).
 */
export function oracleFeatures(
  view: AggregationView,
  source: EventSource,
  events: readonly OracleEvent[],
  tMs: number,
): OracleValues {
  const passing = new PassingEvents(view, source, events);
  const spans = view.features.map(({ window }) => windowSpan(window, tMs));
  const results = view.features.map((feature, i) => {
    const span = spans[i] as (typeof spans)[number];
    return valueOver({ feature, events: passing.takenBy(feature, span), tMs });
  });
  return { results, found: spans.some((span) => passing.someIn(span)) };
}
