/** What markers and progress alone say of a view, before any entity's values are read. */
import type { Window } from '@forebay/definitions';
import { edgeAt } from './boundaries';
import {
  chooseCut,
  coveredFrom,
  type DegradedReason,
  type ReadContext,
  type ScheduledContext,
  scheduledCoveredFrom,
  viewDegradation,
} from './exactness';
import type { ViewLayout } from './layout';
import { edgeOf } from './view-windows';

export interface ViewStanding {
  /** What degrades every window; null: nothing. */
  readonly reason: DegradedReason | null;
  /** Windows that stream and batch together do not hold whole, shortest first: `incomplete`, if nothing else degrades them. */
  readonly incomplete: readonly Window[];
}

/** Of a view with a stream; an entity whose batch value is older than the marker's run may be worse off. */
export function viewStanding(layout: ViewLayout, context: ReadContext): ViewStanding {
  const { cutMs } = chooseCut(layout, context, null);
  const from = coveredFrom(layout, context, cutMs);
  return { reason: viewDegradation(layout, context), incomplete: windowsBefore(layout, context.tMs, from) };
}

/** Of a view on a schedule, at a tick. */
export function scheduledStanding(
  layout: ViewLayout,
  { markers }: Pick<ScheduledContext, 'markers'>,
  tickMs: number,
): ViewStanding {
  const from = Math.min(...markers.map((marker) => scheduledCoveredFrom(marker, tickMs)));
  return { reason: null, incomplete: windowsBefore(layout, tickMs, from) };
}

/** Those whose left edge lies before an instant. */
function windowsBefore({ windows }: ViewLayout, tMs: number, fromMs: number): Window[] {
  return windows.filter((window) => {
    const edgeMs = window.kind === 'lifetime' ? Number.NEGATIVE_INFINITY : edgeAt(edgeOf(window), tMs);
    return edgeMs < fromMs;
  });
}
