/** Up to where the changed entities of a view are known to be in its output topic, by source partition. */
import { ForebayError } from '@forebay/contract';
import { advanceCheckpointAt, type Checkpoint, readCheckpointAt } from './checkpoint';
import type { RedisConnection } from './connection';
import { OUTPUT_BUCKET, outputPositionKey } from './keys';

/** Others move other partitions of it, and each move of theirs makes this one look again: more than so often is no coincidence. */
const MAX_TRIES = 16;

/** It only grows: whoever moves it says what is true whoever reads the partition by then. */
export class OutputPosition {
  readonly #key: string;
  readonly #known = new Map<number, number>();

  constructor(
    private readonly connection: RedisConnection,
    viewId: number,
  ) {
    this.#key = outputPositionKey(viewId);
  }

  /** By partition, the next offset; none: nothing is known of it. */
  async read(): Promise<ReadonlyMap<number, number>> {
    this.#take(await readCheckpointAt(this.connection, OUTPUT_BUCKET, this.#key));
    return this.#known;
  }

  /** What was known when it was last read or moved. */
  of(partition: number): number | null {
    return this.#known.get(partition) ?? null;
  }

  /** @param partitions of the source; the stored array grows to it */
  async advance(to: ReadonlyMap<number, number>, partitions: number): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const moves = [...to]
        .map(([partition, next]) => ({ partition, expected: this.#known.get(partition) ?? -1, next }))
        .filter(({ expected, next }) => next > expected);
      if (moves.length === 0) return;
      const advance = { epoch: 0, partitions, moves };
      const { applied, stored } = await advanceCheckpointAt(
        this.connection,
        OUTPUT_BUCKET,
        this.#key,
        advance,
      );
      this.#take(stored);
      if (applied) return;
    }
    throw new ForebayError('conflict', `"${this.#key}" is moved by others again and again`);
  }

  #take(stored: Checkpoint | null): void {
    this.#known.clear();
    for (const [partition, offset] of (stored?.offsets ?? []).entries())
      if (offset >= 0) this.#known.set(partition, offset);
  }
}

/** Views that have no output any more: one that is declared later begins where reading stands then. */
export async function forgetOutputPositions(
  connection: RedisConnection,
  viewIds: readonly number[],
): Promise<void> {
  if (viewIds.length === 0) return;
  const keys = viewIds.map(outputPositionKey);
  await connection.run('forgetting output positions', () => connection.at(OUTPUT_BUCKET).del(...keys));
}
