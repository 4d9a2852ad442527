import type { ForebayError } from '@forebay/contract';
import type { KeySink, OnlineReader, ReadJob, StoredValues } from '@forebay/online-store';
import type { EntityKeys } from './entity-keys';
import type { PlannedView, ServicePlan } from './plan';
import type { ReadableParts, ViewClocks } from './readable-view';
import { readViewClocks } from './view-clocks';

/** The parts of one (row, view) in the reply that they came with; reused from row to row. */
export class RowParts implements ReadableParts {
  stream: Uint8Array | null = null;
  open: Uint8Array | null = null;
  sealed: Uint8Array | null = null;
  batch: Uint8Array | null = null;
  readonly ticks: [Uint8Array | null, Uint8Array | null] = [null, null];
}

/**
 * Rows that were read together: markers, progress and the rows' values come from one command, thus from one instant, so
 * that no value is judged by a marker that is newer.
 */
export class RowsRead implements ReadJob {
  /** Of each view of the plan. */
  clocks: readonly ViewClocks[] = [];
  #values: StoredValues = [];
  #from = 0;

  constructor(
    private readonly plan: ServicePlan,
    private readonly keys: EntityKeys,
    readonly fromRow: number,
    readonly toRow: number,
    private readonly whenDone: (error: ForebayError | null) => void,
  ) {}

  get keyCount(): number {
    return this.plan.headerKeys + (this.toRow - this.fromRow) * this.plan.keysPerRow;
  }

  writeKeys(sink: KeySink): void {
    const { plan } = this;
    for (const key of plan.progressKeys) sink.key(key, '');
    for (const { readable } of plan.views) {
      if (readable.streamMarkerKey !== null) sink.key(readable.streamMarkerKey, '');
      if (readable.batchMarkerKey !== null) sink.key(readable.batchMarkerKey, '');
      for (const key of readable.tickMarkerKeys) sink.key(key, '');
    }
    for (let row = this.fromRow; row < this.toRow; row++) {
      for (const view of plan.views) {
        const entityKey = this.keys.encoded[view.entityKey]?.[row] as string;
        for (const prefix of view.readable.partPrefixes) sink.key(prefix, entityKey);
      }
    }
  }

  onValues(values: StoredValues, from: number): void {
    this.#values = values;
    this.#from = from;
    this.clocks = readViewClocks(this.plan, values, from);
    this.whenDone(null);
  }

  onError(error: ForebayError): void {
    this.whenDone(error);
  }

  /** Where the parts of a row begin in the reply; those of its first view. */
  positionOf(row: number): number {
    return this.#from + this.plan.headerKeys + (row - this.fromRow) * this.plan.keysPerRow;
  }

  /** Points `into` at the parts of the view that begin at `position`; returns where those of the next view begin. */
  take(position: number, { readable }: PlannedView, into: RowParts): number {
    const { parts } = readable;
    into.stream = this.#at(position, parts.stream);
    into.open = this.#at(position, parts.open);
    into.sealed = this.#at(position, parts.sealed);
    into.batch = this.#at(position, parts.batch);
    into.ticks[0] = this.#at(position, parts.even);
    into.ticks[1] = this.#at(position, parts.odd);
    return position + readable.partPrefixes.length;
  }

  #at(position: number, part: number): Uint8Array | null {
    return part < 0 ? null : (this.#values[position + part] ?? null);
  }
}

/**
 * Reads all rows, as many to a command as fit. Resolves when all have come; rejects with the first error
 * (`deadline_exceeded`, `unavailable`, `overloaded`).
 */
export function readRows(
  reader: OnlineReader,
  plan: ServicePlan,
  keys: EntityKeys,
  timeoutMs: number,
): Promise<readonly RowsRead[]> {
  return new Promise((resolve, reject) => {
    const reads: RowsRead[] = [];
    let waiting = Math.ceil(keys.rows / plan.rowsPerRead);
    const whenDone = (error: ForebayError | null) => {
      if (error !== null) reject(error);
      else if (--waiting === 0) resolve(reads);
    };
    for (let from = 0; from < keys.rows; from += plan.rowsPerRead) {
      const read = new RowsRead(plan, keys, from, Math.min(keys.rows, from + plan.rowsPerRead), whenDone);
      reads.push(read);
      reader.read(read, read.keyCount, timeoutMs);
    }
  });
}
