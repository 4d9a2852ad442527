/** Reads from a cluster: one read for each bucket that the rows' entities are in, with the markers and progress of that bucket. */
import type { ForebayError } from '@forebay/contract';
import {
  type BucketReaders,
  bucketOf,
  type KeySink,
  type ReadJob,
  type SharedKeys,
  StoredValues,
} from '@forebay/online-store';
import { type ViewGroup, viewGroupsOf } from '../plan/bucket-plan';
import type { PlannedView, ServicePlan } from '../plan/plan';
import type { PlanClocks } from '../plan/plan-clocks';
import type { ViewClocks } from '../plan/readable-view';
import type { EntityKeys } from '../request/entity-keys';
import { type ReadRows, type RowParts, type RowsReader, storedKeys } from './stored-rows';

/** Entities of one bucket, in the views of a group. */
class BucketRead implements ReadJob {
  readonly entities: string[] = [];
  /** Of each view of the group. */
  clocks: readonly ViewClocks[] = [];
  /** The values of a row come with those of other buckets, one after another. */
  readonly keepsValues = true;
  #values = new StoredValues();
  #from = 0;
  readonly #clocks: PlanClocks;

  constructor(
    readonly group: ViewGroup,
    private readonly bucket: number,
    private readonly whenDone: (error: ForebayError | null) => void,
  ) {
    this.#clocks = group.clocksIn(bucket);
  }

  get isFull(): boolean {
    return this.entities.length >= this.group.rowsPerRead;
  }

  get shared(): SharedKeys {
    return this.#clocks;
  }

  get keyCount(): number {
    return this.entities.length * this.group.keysPerRow;
  }

  writeKeys(sink: KeySink): void {
    const prefixes = this.group.views.flatMap(({ readable }) => readable.keysIn(this.bucket).partPrefixes);
    for (const entity of this.entities) for (const prefix of prefixes) sink.key(prefix, entity);
  }

  onValues(values: StoredValues, from: number, sharedFrom: number): void {
    this.#values = values;
    this.#from = from;
    this.clocks = this.#clocks.of(values, sharedFrom);
    this.whenDone(null);
  }

  onError(error: ForebayError): void {
    this.whenDone(error);
  }

  /** Points `into` at the parts of a view of the entity at a position of `entities`. */
  point(position: number, { index, readable }: PlannedView, into: RowParts): void {
    const { keysPerRow, partsAt } = this.group;
    const at = this.#from + position * keysPerRow + (partsAt[index] as number);
    into.point(this.#values, at, readable);
  }

  keysOf(position: number, { readable }: PlannedView): readonly string[] {
    return storedKeys(readable.keysIn(this.bucket).partPrefixes, this.entities[position] as string);
  }
}

/** Where the values of a row are in one group. */
interface Placed {
  readonly read: BucketRead;
  readonly position: number;
}

/** One row, put together from the reads of its entities. */
class PlacedRow implements ReadRows {
  readonly clocks: readonly ViewClocks[];

  constructor(
    plan: ServicePlan,
    readonly fromRow: number,
    /** By index of the entity key. */
    private readonly placed: readonly Placed[],
  ) {
    this.clocks = plan.views.map(({ index, entityKey }) => {
      const { read } = placed[entityKey] as Placed;
      return read.clocks[read.group.positions[index] as number] as ViewClocks;
    });
  }

  get toRow(): number {
    return this.fromRow + 1;
  }

  positionOf(): number {
    return 0;
  }

  take(_: number, view: PlannedView, into: RowParts): number {
    const { read, position } = this.placed[view.entityKey] as Placed;
    read.point(position, view, into);
    return 0;
  }

  keysOf(_: number, view: PlannedView): readonly string[] {
    const { read, position } = this.placed[view.entityKey] as Placed;
    return read.keysOf(position, view);
  }
}

/** The reads of one request, and where the values of its rows will be in them. */
class BucketReads {
  /** Of each row, by index of the entity key. */
  readonly #placed: Placed[][];
  #waiting = 0;
  #isDone = false;

  constructor(
    private readonly plan: ServicePlan,
    private readonly keys: EntityKeys,
    private readonly to: RowsReader,
  ) {
    this.#placed = Array.from({ length: keys.rows }, () => []);
  }

  /** All reads, each with as many entities of a bucket as fit. */
  readsOf(group: ViewGroup, buckets: number): { readonly bucket: number; readonly read: BucketRead }[] {
    const reads: { readonly bucket: number; readonly read: BucketRead }[] = [];
    const filling = new Map<number, BucketRead>();
    for (let row = 0; row < this.keys.rows; row++) {
      const entity = this.keys.encoded(group.entityKey, row);
      const bucket = bucketOf(entity, buckets);
      let read = filling.get(bucket);
      if (read === undefined || read.isFull) {
        read = new BucketRead(group, bucket, this.#whenDone);
        filling.set(bucket, read);
        reads.push({ bucket, read });
      }
      this.#placed[row]?.push({ read, position: read.entities.length });
      read.entities.push(entity);
    }
    this.#waiting += reads.length;
    return reads;
  }

  finish(): void {
    this.to.onRows(this.#placed.map((placed, row) => new PlacedRow(this.plan, row, placed)));
  }

  readonly #whenDone = (error: ForebayError | null): void => {
    if (this.#isDone) return;
    if (error === null && --this.#waiting > 0) return;
    this.#isDone = true;
    if (error === null) this.finish();
    else this.to.onError(error);
  };
}

/**
 * Reads all rows, and tells `to` when all have come, or the first error: none is answered in part. A value is judged by the
 * markers of its own bucket.
 */
export function readBucketRows(
  readers: BucketReaders,
  plan: ServicePlan,
  keys: EntityKeys,
  timeoutMs: number,
  to: RowsReader,
): void {
  const request = new BucketReads(plan, keys, to);
  const reads = viewGroupsOf(plan).flatMap((group) => request.readsOf(group, readers.buckets));
  if (reads.length === 0) setImmediate(() => request.finish());
  for (const { bucket, read } of reads) readers.of(bucket).read(read, timeoutMs);
}
