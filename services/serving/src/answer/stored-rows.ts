import { placeOf, type StoredPlace } from '@forebay/algebra';
import type { ForebayError } from '@forebay/contract';
import {
  type BucketReaders,
  type KeySink,
  type ReadJob,
  type SharedKeys,
  SINGLE_NODE_BUCKETS,
  StoredValues,
} from '@forebay/online-store';
import type { PlannedView, ServicePlan } from '../plan/plan';
import type { ReadableParts, ReadableView, ViewClocks } from '../plan/readable-view';
import type { EntityKeys } from '../request/entity-keys';
import { readBucketRows } from './bucket-rows';
import { tracedRows } from './traced-rows';

/** Filled in for each value instead of being made. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const NO_VALUES = new StoredValues();

/** The parts of one (row, view) in the reply that they came with; reused from row to row. */
export class RowParts implements ReadableParts {
  stream: Uint8Array | null = null;
  open: Uint8Array | null = null;
  sealed: Uint8Array | null = null;
  batch: Uint8Array | null = null;
  readonly ticks: [Uint8Array | null, Uint8Array | null] = [null, null];
  readonly streamPlace: Mutable<StoredPlace> = { ...placeOf(null) };
  readonly batchPlace: Mutable<StoredPlace> = { ...placeOf(null) };

  /** At the parts of the view, whose values begin at `position`. */
  point(values: StoredValues, position: number, { parts, inPlace }: ReadableView): void {
    if (inPlace) {
      place(this.streamPlace, values, position, parts.stream);
      place(this.batchPlace, values, position, parts.batch);
      return;
    }
    this.stream = at(values, position, parts.stream);
    this.open = at(values, position, parts.open);
    this.sealed = at(values, position, parts.sealed);
    this.batch = at(values, position, parts.batch);
    this.ticks[0] = at(values, position, parts.even);
    this.ticks[1] = at(values, position, parts.odd);
  }
}

function place(into: Mutable<StoredPlace>, values: StoredValues, position: number, part: number): void {
  into.size = -1;
  if (part < 0) return;
  into.bytes = values.memory;
  into.view = values.view;
  into.from = values.fromOf(position + part);
  into.size = values.sizeOf(position + part);
}

function at(values: StoredValues, position: number, part: number): Uint8Array | null {
  return part < 0 ? null : values.at(position + part);
}

/** Rows that are judged by the same markers. */
export interface ReadRows {
  /** Of each view of the plan. */
  readonly clocks: readonly ViewClocks[];
  readonly fromRow: number;
  readonly toRow: number;
  /** Where the parts of a row begin in the reply; those of its first view. */
  positionOf(row: number): number;
  /** Points `into` at the parts of the view that begin at `position`; returns where those of the next view begin. */
  take(position: number, view: PlannedView, into: RowParts): number;
  /** The keys that the view's parts of a row are stored under, for messages. */
  keysOf(row: number, view: PlannedView): readonly string[];
}

/** In one bucket. */
export function storedKeys(prefixes: readonly Uint8Array[], entityKey: string): readonly string[] {
  return prefixes.map((prefix) => Buffer.from(prefix).toString() + entityKey);
}

/** Told once when all rows of a request have been read, or of the first error. */
export interface RowsReader {
  /** Whether the rows are read after `onRows` has returned. */
  readonly keepsReads: boolean;
  onRows(reads: readonly ReadRows[]): void;
  onError(error: ForebayError): void;
}

/**
 * Rows that were read together: markers, progress and the rows' values come from one command, thus from one instant, so
 * that no value is judged by a marker that is newer.
 */
class RowsRead implements ReadJob, ReadRows {
  clocks: readonly ViewClocks[] = [];
  #values = NO_VALUES;
  #from = 0;

  constructor(
    private readonly plan: ServicePlan,
    private readonly keys: EntityKeys,
    readonly fromRow: number,
    readonly toRow: number,
    private readonly request: RequestReads,
  ) {}

  get shared(): SharedKeys {
    return this.plan.clocks;
  }

  get keepsValues(): boolean {
    return this.request.keepsValues;
  }

  get keyCount(): number {
    return (this.toRow - this.fromRow) * this.plan.keysPerRow;
  }

  writeKeys(sink: KeySink): void {
    const { keys } = this;
    const { views } = this.plan;
    for (let row = this.fromRow; row < this.toRow; row++) {
      for (let i = 0; i < views.length; i++) {
        const { readable, entityKey } = views[i] as PlannedView;
        keys.write(sink, readable.partPrefixes, entityKey, row);
      }
    }
  }

  onValues(values: StoredValues, from: number, sharedFrom: number): void {
    this.#values = values;
    this.#from = from;
    this.clocks = this.plan.clocks.of(values, sharedFrom);
    this.request.onRead(null);
  }

  onError(error: ForebayError): void {
    this.request.onRead(error);
  }

  positionOf(row: number): number {
    return this.#from + (row - this.fromRow) * this.plan.keysPerRow;
  }

  take(position: number, { readable }: PlannedView, into: RowParts): number {
    into.point(this.#values, position, readable);
    return position + readable.partPrefixes.length;
  }

  keysOf(row: number, { readable, entityKey }: PlannedView): readonly string[] {
    return storedKeys(readable.partPrefixes, this.keys.encoded(entityKey, row));
  }
}

/** The reads of one request, which may be more than one when it has many rows. */
class RequestReads {
  readonly reads: RowsRead[] = [];
  waiting: number;
  /** Until all have come. */
  readonly keepsValues: boolean;
  #isDone = false;

  /** @param isHeld whether `onRows` leaves the values for later */
  constructor(
    private readonly reader: RowsReader,
    reads: number,
    isHeld: boolean,
  ) {
    this.waiting = reads;
    this.keepsValues = isHeld || reads > 1;
  }

  onRead(error: ForebayError | null): void {
    if (this.#isDone) return;
    if (error === null && --this.waiting > 0) return;
    this.#isDone = true;
    if (error === null) this.reader.onRows(this.reads);
    else this.reader.onError(error);
  }
}

/**
 * Reads all rows, as many to a command as fit, and tells `reader` when all have come, or the first error (`deadline_exceeded`,
 * `unavailable`, `overloaded`); never before this returns.
 */
export function readRows(
  readers: BucketReaders,
  plan: ServicePlan,
  keys: EntityKeys,
  timeoutMs: number,
  reader: RowsReader,
): void {
  const to = tracedRows(reader, keys.rows);
  if (readers.buckets !== SINGLE_NODE_BUCKETS) {
    readBucketRows(readers, plan, keys, timeoutMs, to);
    return;
  }
  const { rows } = keys;
  const request = new RequestReads(to, Math.ceil(rows / plan.rowsPerRead), to.keepsReads);
  if (rows === 0) {
    setImmediate(() => to.onRows([]));
    return;
  }
  for (let from = 0; from < rows; from += plan.rowsPerRead) {
    const read = new RowsRead(plan, keys, from, Math.min(rows, from + plan.rowsPerRead), request);
    request.reads.push(read);
    readers.of(0).read(read, timeoutMs);
  }
}
