/** Sessions by definition: runs of events whose successive differences are smaller than the gap. */
import type { AggregationFeature } from '@forebay/definitions';
import type { TakenEvent } from './oracle-inputs';

interface SessionEvents {
  readonly feature: AggregationFeature;
  /** By time. */
  readonly events: readonly TakenEvent[];
  readonly tMs: number;
}

const gapOf = ({ window }: AggregationFeature) => (window.kind === 'session' ? window.gapMs : Number.NaN);

export function sessionsOf({ feature, events }: SessionEvents): TakenEvent[][] {
  const sessions: TakenEvent[][] = [];
  for (const event of events) {
    const last = sessions.at(-1)?.at(-1);
    if (last !== undefined && event.timeMs - last.timeMs < gapOf(feature)) sessions.at(-1)?.push(event);
    else sessions.push([event]);
  }
  return sessions;
}

/** The last session, unless t is a gap or more after its last event: then none. */
export function currentSession(taken: SessionEvents): TakenEvent[] {
  const session = sessionsOf(taken).at(-1) ?? [];
  const last = session.at(-1);
  return last !== undefined && taken.tMs - last.timeMs < gapOf(taken.feature) ? session : [];
}
