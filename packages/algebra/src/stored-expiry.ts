import { HOUR_MS } from '@forebay/contract';
import type { ViewLayout } from './layout';

/** Room for compactions that come once an hour at most, and for skewed clocks. */
const EXPIRY_MARGIN_MS = 2 * HOUR_MS;

/** Expiry of a stored value of a view, ms from when it was written whole: nobody reads it after that. null: none. */
export function storedExpiryMs(layout: ViewLayout): number | null {
  const { view, source, hasLifetime } = layout;
  if (view.batch === null && hasLifetime) return null;
  const horizonMs = view.batch === null ? 0 : view.batch.horizonMs + view.batch.cutHopMs;
  const longest = layout.edges.reduce((held, edge) => Math.max(held, edge.lengthMs + edge.hopMs), 0);
  const heldMs = view.batch === null ? longest : horizonMs;
  return EXPIRY_MARGIN_MS + source.maxClockSkewMs + Math.max(heldMs, view.stream?.retentionMs ?? 0);
}
