interface Probe {
  readonly clockMs: number;
  readonly endOffset: number;
}

/** More probes than this are thinned out: progress becomes coarser, never wrong. */
export const MAX_PROBES_PER_PARTITION = 4_096;

/**
 * Turns applied positions into progress. A probe says: the clock was c0, and after that the partition ended at e; so all
 * that had arrived before c0 lies before e, and is applied once the applied position has reached e.
 */
export class ProgressTracker {
  private readonly partitions = new Map<number, Probe[]>();

  /** `clockMs` must have been read before the end offsets were asked for. */
  probed(clockMs: number, endOffsets: ReadonlyMap<number, number>): void {
    for (const [partition, endOffset] of endOffsets) {
      const probes = this.partitions.get(partition) ?? [];
      this.partitions.set(partition, add(probes, { clockMs, endOffset }));
    }
  }

  /**
   * The newest clock before which everything that had arrived in the partition is applied, given that all before
   * `appliedNextOffset` is; null if no probe says so. A smaller offset than before (after a rewind) gets null until it
   * has caught up.
   */
  observe(partition: number, appliedNextOffset: number): number | null {
    const probes = this.partitions.get(partition);
    if (probes === undefined) return null;
    let reached = -1;
    while (reached + 1 < probes.length && (probes[reached + 1] as Probe).endOffset <= appliedNextOffset)
      reached++;
    if (reached < 0) return null;
    probes.splice(0, reached);
    return (probes[0] as Probe).clockMs;
  }

  /** The partition is not ours any more, or its topic was made anew. */
  forget(partition: number): void {
    this.partitions.delete(partition);
  }
}

/** Probes ascend by end offset, and by clock. */
function add(probes: Probe[], probe: Probe): Probe[] {
  const last = probes.at(-1);
  if (last === undefined) return [probe];
  // A log that has become shorter is another log.
  if (probe.endOffset < last.endOffset) return [probe];
  const clockMs = Math.max(probe.clockMs, last.clockMs);
  if (probe.endOffset === last.endOffset) {
    probes[probes.length - 1] = { clockMs, endOffset: probe.endOffset };
    return probes;
  }
  probes.push({ clockMs, endOffset: probe.endOffset });
  return probes.length > MAX_PROBES_PER_PARTITION ? probes.filter((_, i) => i % 2 === 1 || i === 0) : probes;
}
