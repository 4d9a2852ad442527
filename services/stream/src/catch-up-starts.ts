/** Where the reading of a view that catches up begins: at its own checkpoints, in the buckets in which it still reads. */
import { ForebayError } from '@forebay/contract';
import {
  type CatchUp,
  catchUpKey,
  inEveryBucket,
  type RedisConnection,
  readViewStanding,
  type ViewOfSource,
} from '@forebay/online-store';
import { Checkpoints } from './checkpoints';
import { feedingOf } from './feeding';
import type { FoundStarts } from './start-points';

/** There is nothing to catch up any more, or it has begun anew: the reader ends. */
export class CatchUpEnded extends ForebayError {
  constructor() {
    super('failed_precondition', 'the view has caught up, or its rebuild has begun anew');
  }
}

/** The checkpoints of a view that catches up; only those of buckets in which it reads are moved. */
export class CatchUpCheckpoints extends Checkpoints {
  #reading: ReadonlySet<number> = new Set();

  constructor(
    private readonly connection: RedisConnection,
    private readonly view: ViewOfSource,
  ) {
    super(connection, (bucket) => catchUpKey(bucket, view.sourceId, view.viewId));
  }

  /** Throws `CatchUpEnded`, or `unavailable` where the catch-up goes on to another stage at this moment. */
  async findStarts(partitions: readonly number[], kept: ReadonlySet<number>): Promise<FoundStarts> {
    // the checkpoints first: one of a later stage, which nobody may write by, is told by its standing
    await this.read(kept);
    const reading = await readingBuckets(this.connection, this.view);
    for (const [bucket, { number }] of reading)
      if (this.epochOf(bucket) !== number)
        throw new ForebayError('unavailable', 'the catch-up of the view goes on at this moment');
    this.#reading = new Set(reading.keys());
    const starts = partitions.map((partition) => {
      const offsets = [...reading.values()].map((catchUp) => Math.max(0, catchUp.offsets[partition] ?? 0));
      const offset = Math.min(...offsets);
      return { partition, offset, archivedTo: offset };
    });
    return { starts, feeding: feedingOf([[this.view.viewId, this.#reading]], this.buckets) };
  }

  override advance(
    next: ReadonlyMap<number, number>,
    partitions: number,
    buckets: Iterable<number>,
  ): Promise<boolean> {
    return super.advance(
      next,
      partitions,
      [...buckets].filter((bucket) => this.#reading.has(bucket)),
    );
  }
}

/** The buckets in which the view reads. Throws `CatchUpEnded` where there is none. */
async function readingBuckets(
  connection: RedisConnection,
  view: ViewOfSource,
): Promise<ReadonlyMap<number, CatchUp>> {
  const standings = await inEveryBucket(connection, (bucket) => readViewStanding(connection, bucket, view));
  const reading = new Map<number, CatchUp>();
  for (const [bucket, standing] of standings.entries())
    if (standing.kind === 'catching_up' && standing.catchUp.stage === 'reading')
      reading.set(bucket, standing.catchUp);
  if (reading.size === 0) throw new CatchUpEnded();
  return reading;
}
