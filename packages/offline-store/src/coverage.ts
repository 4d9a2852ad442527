import { floorTo, formatDuration, formatInstant } from '@forebay/contract';

/** What is known of the topic whose records the archive holds up to the run's end offsets. */
export interface TopicCoverage {
  /** No partition has ever held a record. */
  readonly empty: boolean;
  /** All its events from this event time on are archived; −∞: all there ever were; +∞: nobody knows. */
  readonly completeSinceMs: number;
}

/** What is known of the archive. */
export interface ArchiveFacts {
  /** The declared end of loaded history (exclusive); null when nothing was loaded. */
  readonly loadedUntilMs: number | null;
  readonly topic: TopicCoverage;
}

export interface CutFacts extends ArchiveFacts {
  /** The clock q that the run read before it asked for the topic's end offsets. */
  readonly runClockMs: number;
  readonly allowedLatenessMs: number;
  readonly cutHopMs: number;
  /** A cut set by hand: an earlier multiple of the cut hop. */
  readonly requestedCutMs?: number;
  /** How long after its cut a value is good; a run that would write only expired values is refused. */
  readonly horizonMs?: number;
}

export type CutDecision =
  | { readonly kind: 'cut'; readonly cutMs: number; readonly coverageBeginMs: number }
  | { readonly kind: 'refused'; readonly reason: string };

interface Coverage {
  readonly kind: 'covered';
  readonly beginMs: number;
  readonly endMs: number;
}

type Refusal = Extract<CutDecision, { kind: 'refused' }>;

export const refused = (reason: string): Refusal => ({ kind: 'refused', reason });

/**
 * The cut of a batch run: the largest multiple of the cut hop up to which no event can still come in time, and up to which the
 * archive is complete without a gap. Coverage begins at B: −∞ with loaded history or an untruncated topic.
 */
export function decideCut(facts: CutFacts): CutDecision {
  const { cutHopMs, requestedCutMs, runClockMs } = facts;
  const coverage = contiguousCoverage(facts);
  if (coverage.kind === 'refused') return coverage;
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
  if (cutMs <= coverage.beginMs) return tooEarly('cut', cutMs, coverage);
  if (facts.horizonMs !== undefined && runClockMs >= cutMs + facts.horizonMs) {
    return refused(
      `values with the cut ${formatInstant(cutMs)} are good for ${formatDuration(facts.horizonMs)}, which has passed at ${formatInstant(runClockMs)}; ` +
        'load newer history, start the stream service, or declare a longer horizon',
    );
  }
  return { kind: 'cut', cutMs, coverageBeginMs: coverage.beginMs };
}

/** Loaded history first, then the topic where it joins without a gap; refused where nothing is covered. */
export function contiguousCoverage({ loadedUntilMs, topic }: ArchiveFacts): Coverage | Refusal {
  const endless = Number.POSITIVE_INFINITY;
  const topicSinceMs = topic.empty ? endless : topic.completeSinceMs;
  if (loadedUntilMs !== null) {
    const endMs = topicSinceMs <= loadedUntilMs ? endless : loadedUntilMs;
    return { kind: 'covered', beginMs: Number.NEGATIVE_INFINITY, endMs };
  }
  if (topic.empty)
    return refused('no history is loaded and the topic is empty; load history or produce events first');
  if (topicSinceMs === endless) {
    return refused(
      'records of the topic were deleted before they were archived, so nobody knows what is missing; ' +
        'keep the stream service running while new events come, or load history',
    );
  }
  return { kind: 'covered', beginMs: topicSinceMs, endMs: endless };
}

export function tooEarly(what: 'cut' | 'tick', atMs: number, { beginMs }: Coverage): Refusal {
  return refused(
    `the archive is complete from ${formatInstant(beginMs)} on only, and the ${what} would be ${formatInstant(atMs)}; wait, or load history`,
  );
}
