/** What this writer knows of the checkpoint that lies with its values. */
import { ForebayError } from '@forebay/contract';
import {
  advanceCheckpointAt,
  type CheckpointGuard,
  type CheckpointMove,
  type FlushWitness,
  type RedisConnection,
  readCheckpointAt,
  witnessKey,
} from '@forebay/online-store';

const NOTHING_KEPT: ReadonlySet<number> = new Set();

export class CheckpointKeeper {
  /** By partition: the stored next offset; −1: none. */
  readonly #stored = new Map<number, number>();
  #epoch = 0;
  /** Numbers of this writer's calls, each another one. */
  #calls = 0;
  /** The one of the last call since the checkpoint was moved; null: none was made. */
  #lastCall: number | null = null;
  readonly #witness: FlushWitness;

  /** @param writer another one for each process, and each reading in it */
  constructor(
    private readonly connection: RedisConnection,
    private readonly bucket: number,
    private readonly key: string,
    writer: string,
  ) {
    this.#witness = {
      key: witnessKey(key, writer),
      next: () => {
        this.#lastCall = ++this.#calls;
        return this.#calls;
      },
    };
  }

  /**
   * Reads what is stored.
   *
   * @param kept partitions of which what this writer knows stands: if another value is stored, its next write finds that
   * Throws `conflict` when other views are fed by who writes it than when those were read.
   */
  async read(kept: ReadonlySet<number> = NOTHING_KEPT): Promise<void> {
    const checkpoint = await readCheckpointAt(this.connection, this.bucket, this.key);
    const epoch = checkpoint?.epoch ?? 0;
    if (kept.size > 0 && epoch !== this.#epoch)
      throw new ForebayError('conflict', `checkpoint "${this.key}" feeds other views since`);
    this.#epoch = epoch;
    this.#lastCall = null;
    for (const partition of this.#stored.keys()) if (!kept.has(partition)) this.#stored.delete(partition);
    for (const [partition, offset] of (checkpoint?.offsets ?? []).entries())
      if (!kept.has(partition)) this.#stored.set(partition, offset);
  }

  /** Whether there is one, of any partition. */
  get isStored(): boolean {
    for (const offset of this.#stored.values()) if (offset >= 0) return true;
    return false;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** What must still be stored when values are written. */
  guard(partitions: readonly number[]): CheckpointGuard {
    return {
      key: this.key,
      epoch: this.#epoch,
      partitions: partitions.map((partition) => ({ partition, nextOffset: this.stored(partition) })),
      witness: this.#witness,
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
    const outcome = await advanceCheckpointAt(this.connection, this.bucket, this.key, {
      epoch: this.#epoch,
      partitions,
      moves,
      ...(this.#lastCall === null ? {} : { witness: { key: this.#witness.key, number: this.#lastCall } }),
    });
    if (!outcome.applied) {
      throw new ForebayError(
        'conflict',
        `checkpoint "${this.key}" is not what this writer left: another writer owns its partitions, it feeds other views since, or redis went back in time`,
      );
    }
    this.#lastCall = null;
    for (const move of moves) this.#stored.set(move.partition, move.next);
    return true;
  }
}
