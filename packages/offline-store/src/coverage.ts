import { floorTo, formatDuration, formatInstant } from '@forebay/contract';

/** What is known of the topic whose records the archive holds up to the run's end offsets. */
export interface TopicCoverage {
  /** No partition has ever held a record. */
  readonly empty: boolean;
  /** All its events from this event time on are archived; −∞: all there ever were; +∞: nobody knows. */
  readonly completeSinceMs: number;
}

export interface CutFacts {
  /** The clock q that the run read before it asked for the topic's end offsets. */
  readonly runClockMs: number;
  readonly allowedLatenessMs: number;
  readonly cutHopMs: number;
  /** The declared end of loaded history (exclusive); null when nothing was loaded. */
  readonly loadedUntilMs: number | null;
  readonly topic: TopicCoverage;
  /** A cut set by hand: an earlier multiple of the cut hop. */
  readonly requestedCutMs?: number;
  /** How long after its cut a value is good; a run that would write only expired values is refused. */
  readonly horizonMs?: number;
}

export type CutDecision =
  | { readonly kind: 'cut'; readonly cutMs: number; readonly coverageBeginMs: number }
  | { readonly kind: 'refused'; readonly reason: string };

interface Coverage {
  readonly beginMs: number;
  readonly endMs: number;
}

const refused = (reason: string): CutDecision => ({ kind: 'refused', reason });

/**
 * The cut of a batch run: the largest multiple of the cut hop up to which no event can still come in time, and up to which the
 * archive is complete without a gap. Coverage begins at B: −∞ with loaded history or an untruncated topic.
 */
export function decideCut(facts: CutFacts): CutDecision {
  const { cutHopMs, requestedCutMs, runClockMs } = facts;
  const coverage = contiguousCoverage(facts);
  if (coverage === null)
    return refused('no history is loaded and the topic is empty; load history or produce events first');
  if (coverage.beginMs === Number.POSITIVE_INFINITY) {
    return refused(
      'records of the topic were deleted before they were archived, so nobody knows what is missing; ' +
        'keep the stream service running while new events come, or load history',
    );
  }
  const latestMs = floorTo(Math.min(runClockMs - facts.allowedLatenessMs, coverage.endMs), cutHopMs);
  if (requestedCutMs !== undefined && floorTo(requestedCutMs, cutHopMs) !== requestedCutMs) {
    return refused(
      `the cut ${formatInstant(requestedCutMs)} is no multiple of the view's cut hop ${formatDuration(cutHopMs)}`,
    );
  }
  if (requestedCutMs !== undefined && requestedCutMs > latestMs) {
    return refused(
      `the cut ${formatInstant(requestedCutMs)} is later than ${formatInstant(latestMs)}, up to which the archive is complete`,
    );
  }
  const cutMs = requestedCutMs ?? latestMs;
  if (cutMs <= coverage.beginMs) {
    return refused(
      `the archive is complete from ${formatInstant(coverage.beginMs)} on only, and the cut would be ${formatInstant(cutMs)}; wait, or load history`,
    );
  }
  if (facts.horizonMs !== undefined && runClockMs >= cutMs + facts.horizonMs) {
    return refused(
      `values with the cut ${formatInstant(cutMs)} are good for ${formatDuration(facts.horizonMs)}, which has passed at ${formatInstant(runClockMs)}; ` +
        'load newer history, start the stream service, or declare a longer horizon',
    );
  }
  return { kind: 'cut', cutMs, coverageBeginMs: coverage.beginMs };
}

/** Loaded history first, then the topic where it joins without a gap. */
function contiguousCoverage({ loadedUntilMs, topic }: CutFacts): Coverage | null {
  const topicSinceMs = topic.empty ? Number.POSITIVE_INFINITY : topic.completeSinceMs;
  if (loadedUntilMs !== null) {
    const joined = topicSinceMs <= loadedUntilMs;
    return { beginMs: Number.NEGATIVE_INFINITY, endMs: joined ? Number.POSITIVE_INFINITY : loadedUntilMs };
  }
  return topic.empty ? null : { beginMs: topicSinceMs, endMs: Number.POSITIVE_INFINITY };
}
