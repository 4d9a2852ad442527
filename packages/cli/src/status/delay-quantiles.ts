/** Quantiles of a delay by its histogram. */
export interface DelayQuantiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * By linear interpolation within a bucket, as Prometheus' `histogram_quantile` does it; beyond the last bound, the last bound. null:
 * there is nothing in the buckets.
 *
 * @param boundsSeconds upper bounds, ascending; `counts` has one more, for what is beyond
 */
export function delayQuantiles(
  boundsSeconds: readonly number[],
  counts: readonly number[],
): DelayQuantiles | null {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;
  const quantileMs = (q: number) => Math.round(1_000 * quantile(boundsSeconds, counts, q * all));
  return { p50Ms: quantileMs(0.5), p99Ms: quantileMs(0.99) };
}

function quantile(bounds: readonly number[], counts: readonly number[], rank: number): number {
  let below = 0;
  for (const [bucket, bound] of bounds.entries()) {
    const count = counts[bucket] ?? 0;
    if (count > 0 && below + count >= rank) {
      const from = bounds[bucket - 1] ?? 0;
      return from + ((bound - from) * (rank - below)) / count;
    }
    below += count;
  }
  return bounds.at(-1) ?? 0;
}
