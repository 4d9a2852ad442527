/** What this writer knows of the checkpoint that lies with its values. */
import { ForebayError } from '@forebay/contract';
import { advanceCheckpoint, type CheckpointMove, type RedisConnection, readCheckpoint } from '@forebay/online-store';

export class CheckpointKeeper {
  /** By partition: the stored next offset; −1: none. */
  readonly #stored = new Map<number, number>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly bucket: number,
    private readonly sourceId: number,
    private readonly epoch: number,
  ) {}

  /** Reads what is stored; returns null if nothing is. */
  async read(): Promise<ReadonlyMap<number, number> | null> {
    const checkpoint = await readCheckpoint(this.connection, this.bucket, this.sourceId);
    this.#stored.clear();
    for (const [partition, offset] of (checkpoint?.offsets ?? []).entries()) this.#stored.set(partition, offset);
    return checkpoint === null ? null : this.#stored;
  }

  stored(partition: number): number {
    return this.#stored.get(partition) ?? -1;
  }

  /** Moves partitions forward after their values were written. Throws `conflict` if another writer, or nobody any more, stands there. */
  async advance(next: ReadonlyMap<number, number>, partitions: number): Promise<void> {
    const moves: CheckpointMove[] = [];
    for (const [partition, offset] of next) {
      const expected = this.stored(partition);
      if (offset > expected) moves.push({ partition, expected, next: offset });
    }
    if (moves.length === 0) return;
    const outcome = await advanceCheckpoint(this.connection, this.bucket, this.sourceId, { epoch: this.epoch, partitions, moves });
    if (!outcome.applied) {
      throw new ForebayError('conflict', `the checkpoint of source ${this.sourceId} is not what this writer left: another writer owns its partitions, or redis went back in time`);
    }
    for (const move of moves) this.#stored.set(move.partition, move.next);
  }
}
