/** Operations on when events happen: decay, rate, recency and sessions. */
import type { Duration } from './declarations';
import {
  declareCounting,
  declareFeature,
  type FeatureDeclaration,
  type FeatureOptions,
  given,
  type PlainWindowDeclaration,
  type SessionOptions,
  type SlidingDeclaration,
  type TumblingDeclaration,
} from './feature-declaration';

export interface DecayOptions extends Partial<FeatureOptions> {
  /** After so long an event counts half. From 1s to 3660d. */
  halfLife: Duration;
  /** Lifetime if left out. */
  window?: PlainWindowDeclaration;
}

/** Σ x · 2^(−(t − event time) / half-life). */
export function decayedSum(input: string, options: DecayOptions): FeatureDeclaration {
  return declareDecayed('decayed_sum', input, options);
}

/** Σ 2^(−(t − event time) / half-life); with an input, over the events in which it is not null. */
export function decayedCount(options: DecayOptions): FeatureDeclaration;
export function decayedCount(input: string, options: DecayOptions): FeatureDeclaration;
export function decayedCount(...args: [DecayOptions] | [string, DecayOptions]): FeatureDeclaration {
  const [input, options] = typeof args[0] === 'string' ? [args[0], args[1] as DecayOptions] : [null, args[0]];
  return declareDecayed('decayed_count', input, options);
}

function declareDecayed(
  operation: 'decayed_sum' | 'decayed_count',
  input: string | null,
  options: DecayOptions,
): FeatureDeclaration {
  const { halfLife, window = 'lifetime', ...rest } = { ...options };
  return declareFeature(operation, input, { ...rest, window }, given({ half_life_ms: halfLife }));
}

export type RateOptions = FeatureOptions<SlidingDeclaration | TumblingDeclaration>;

/** Events per second over the length of the window; with an input, of those in which it is not null. */
export function rate(options: RateOptions): FeatureDeclaration;
export function rate(input: string, options: RateOptions): FeatureDeclaration;
export function rate(...args: [RateOptions] | [string, RateOptions]): FeatureDeclaration {
  return declareCounting('rate', args);
}

/** Seconds from the latest event to the instant of the read; with an input, the latest in which it is not null. */
export function timeSinceLast(options: FeatureOptions): FeatureDeclaration;
export function timeSinceLast(input: string, options: FeatureOptions): FeatureDeclaration;
export function timeSinceLast(...args: [FeatureOptions] | [string, FeatureOptions]): FeatureDeclaration {
  return declareCounting('time_since_last', args);
}

/** Events of the current session; 0 without one. With an input, only events in which it is not null make sessions. */
export function sessionEvents(options: SessionOptions): FeatureDeclaration;
export function sessionEvents(input: string, options: SessionOptions): FeatureDeclaration;
export function sessionEvents(...args: [SessionOptions] | [string, SessionOptions]): FeatureDeclaration {
  return declareCounting('session_events', args);
}

/** Sum over the current session; 0 without one. Only events in which the input is not null make sessions. */
export function sessionSum(input: string, options: SessionOptions): FeatureDeclaration {
  return declareFeature('session_sum', input, options);
}

/** Seconds from the first to the last event of the current session; null without one. */
export function sessionDuration(options: SessionOptions): FeatureDeclaration;
export function sessionDuration(input: string, options: SessionOptions): FeatureDeclaration;
export function sessionDuration(...args: [SessionOptions] | [string, SessionOptions]): FeatureDeclaration {
  return declareCounting('session_duration', args);
}

/** Sessions in the window, the current one among them. */
export function sessionCount(options: SessionOptions): FeatureDeclaration;
export function sessionCount(input: string, options: SessionOptions): FeatureDeclaration;
export function sessionCount(...args: [SessionOptions] | [string, SessionOptions]): FeatureDeclaration {
  return declareCounting('session_count', args);
}
