/** What this writer knows of the checkpoint that lies with its values. */
import { ForebayError } from '@forebay/contract';
import {
  advanceCheckpoint,
  type CheckpointGuard,
  type CheckpointMove,
  checkpointKey,
  type RedisConnection,
  readCheckpoint,
} from '@forebay/online-store';

export class CheckpointKeeper {
  /** By partition: the stored next offset; −1: none. */
  readonly #stored = new Map<number, number>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly bucket: number,
    private readonly sourceId: number,
    private readonly epoch: number,
  ) {}

  /** Reads what is stored. */
  async read(): Promise<void> {
    const checkpoint = await readCheckpoint(this.connection, this.bucket, this.sourceId);
    this.#stored.clear();
    for (const [partition, offset] of (checkpoint?.offsets ?? []).entries())
      this.#stored.set(partition, offset);
  }

  /** Whether anything of the source was ever read: a partition stands behind its beginning. */
  get hasBegun(): boolean {
    for (const offset of this.#stored.values()) if (offset > 0) return true;
    return false;
  }

  /** What must still be stored when values are written. */
  guard(partitions: readonly number[]): CheckpointGuard {
    return {
      key: checkpointKey(this.bucket, this.sourceId),
      epoch: this.epoch,
      partitions: partitions.map((partition) => ({ partition, nextOffset: this.stored(partition) })),
    };
  }

  stored(partition: number): number {
    return this.#stored.get(partition) ?? -1;
  }

  /**
   * Moves partitions forward after their values were written; false: none is behind.
   * Throws `conflict` if another writer, or nobody any more, stands there.
   */
  async advance(next: ReadonlyMap<number, number>, partitions: number): Promise<boolean> {
    const moves: CheckpointMove[] = [];
    for (const [partition, offset] of next) {
      const expected = this.stored(partition);
      if (offset > expected) moves.push({ partition, expected, next: offset });
    }
    if (moves.length === 0) return false;
    const outcome = await advanceCheckpoint(this.connection, this.bucket, this.sourceId, {
      epoch: this.epoch,
      partitions,
      moves,
    });
    if (!outcome.applied) {
      throw new ForebayError(
        'conflict',
        `the checkpoint of source ${this.sourceId} is not what this writer left: another writer owns its partitions, or redis went back in time`,
      );
    }
    for (const move of moves) this.#stored.set(move.partition, move.next);
    return true;
  }
}
