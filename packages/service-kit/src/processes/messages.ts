import type { ReadinessStatus } from '../readiness';
import type { MetricSnapshot } from './merge-metrics';

/** From the primary to a process of its group. */
export type ToMember =
  | { readonly forebay: 'stop' }
  /** Answered with `metrics` of the same number. */
  | { readonly forebay: 'collect'; readonly number: number };

/** From a process of a group to its primary, beside the announcement that it is ready. */
export type FromMember =
  | { readonly forebay: 'readiness'; readonly status: ReadinessStatus }
  /** Number 0: the last ones, unasked. */
  | { readonly forebay: 'metrics'; readonly number: number; readonly metrics: MetricSnapshot };

/** A message of ours; anything else on the channel is not. */
export function asGroupMessage(message: unknown): ToMember | FromMember | null {
  const ours = typeof message === 'object' && message !== null && 'forebay' in message;
  return ours ? (message as ToMember | FromMember) : null;
}
