import type { EventLogLogger } from './event-log-logger';
import { partitionKey, type TopicPartitionOffset } from './record';

interface CommitTarget {
  commit(offsets: readonly TopicPartitionOffset[]): Promise<void>;
}

/** Sends the newest offset of each partition, one request at a time. The offsets are for display: a failure is only logged. */
export class OffsetCommitter {
  private pending = new Map<string, TopicPartitionOffset>();
  private active: Promise<void> | null = null;

  constructor(private readonly logger: EventLogLogger) {}

  commit(target: CommitTarget, offsets: readonly TopicPartitionOffset[]): void {
    for (const offset of offsets) this.pending.set(partitionKey(offset.topic, offset.partition), offset);
    if (this.pending.size > 0) this.active ??= this.run(target);
  }

  /** Resolves when nothing is under way, or after `limitMs`. */
  async settled(limitMs: number): Promise<void> {
    if (this.active === null) return;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([this.active, limit]);
    clearTimeout(timer);
  }

  private async run(target: CommitTarget): Promise<void> {
    while (this.pending.size > 0) {
      const offsets = [...this.pending.values()];
      this.pending = new Map();
      try {
        await target.commit(offsets);
      } catch (error) {
        this.logger.info(
          { err: error },
          'committing offsets to the group failed: its lag is shown too large for a while',
        );
      }
    }
    this.active = null;
  }
}
