/** The stored parts of a view with a stream, as serving reads them. Synchronous, no I/O. */
import {
  type BatchMarker,
  compileView,
  markerClock,
  newViewOutput,
  type ReadContext,
  type StoredParts,
  ViewFold,
  type ViewLayout,
  type ViewOutput,
} from '@forebay/algebra';
import type { AggregationView, EventSource } from '@forebay/definitions';
import { decodeBatchMarker } from './batch-marker';
import type { KeyValues } from './entity-values';
import { batchMarkerKey, PARTS, partPrefix, progressKey, streamMarkerKey } from './keys';
import { smallestProgress } from './progress';
import { decodeStreamMarker } from './stream-marker';

/** What is asked of the store, in one bucket. */
export interface StoredKeys {
  /** Markers, and progress. */
  readonly shared: readonly Uint8Array[];
  /** Of the parts of an entity. */
  readonly prefixes: readonly Uint8Array[];
}

export class StoredView {
  readonly layout: ViewLayout;
  readonly fold: ViewFold;
  /** Overwritten by each fold. */
  readonly output: ViewOutput;
  readonly #hasVariable: boolean;
  readonly #hasBatch: boolean;

  constructor(
    readonly view: AggregationView,
    private readonly source: EventSource,
  ) {
    this.layout = compileView(view, source);
    this.fold = new ViewFold(this.layout);
    this.output = newViewOutput(this.layout);
    this.#hasVariable = this.layout.variable.length > 0;
    this.#hasBatch = view.batch !== null;
  }

  keysIn(bucket: number): StoredKeys {
    const { view, source } = this;
    const parts = [
      PARTS.rows,
      ...(this.#hasVariable ? [PARTS.open, PARTS.sealed] : []),
      ...(this.#hasBatch ? [PARTS.batch] : []),
    ];
    const shared = [
      progressKey(bucket, source.id),
      streamMarkerKey(bucket, view.id),
      ...(this.#hasBatch ? [batchMarkerKey(bucket, view.id)] : []),
    ];
    return {
      shared: shared.map((key) => Buffer.from(key)),
      prefixes: parts.map((part) => Buffer.from(partPrefix(bucket, view.id, part))),
    };
  }

  /** Of the values of an entity's keys. */
  partsOf(values: KeyValues): StoredParts {
    return {
      stream: values[0] ?? null,
      open: this.#hasVariable ? (values[1] ?? null) : null,
      sealed: this.#hasVariable ? (values[2] ?? null) : null,
      batch: this.#hasBatch ? (values[this.#hasVariable ? 3 : 1] ?? null) : null,
    };
  }

  /** Of the values of the shared keys. @param nowMs the clock when they were read */
  clocksOf(shared: KeyValues, nowMs: number): Omit<ReadContext, 'tMs'> {
    return {
      serverClockMs: nowMs,
      progressMs: decoded(shared[0], (bytes) => smallestProgress(bytes) || null),
      completeSinceMs: decoded(shared[1], (bytes) => decodeStreamMarker(bytes).completeSinceMs),
      batchMarker: this.#hasBatch ? decoded(shared[2], batchMarkerOf) : null,
    };
  }

  /**
   * Computes the view's values into `output`, as a read at t would. Returns the instant that they speak of: t, or the newest clock in
   * what is stored, if that is later.
   */
  answer(parts: StoredParts, clocks: Omit<ReadContext, 'tMs'>, tMs: number): number {
    const askedMs = Math.max(tMs, markerClock(clocks.batchMarker));
    const newestClockMs = this.fold.fold(parts, { tMs: askedMs, ...clocks }, this.output);
    if (newestClockMs <= askedMs) return askedMs;
    this.fold.fold(parts, { tMs: newestClockMs, ...clocks }, this.output);
    return newestClockMs;
  }
}

/** What cannot be read is as if it were absent: then the value is DEGRADED. */
export function decoded<T>(
  bytes: Uint8Array | null | undefined,
  decode: (bytes: Uint8Array) => T | null,
): T | null {
  if (bytes === null || bytes === undefined) return null;
  try {
    return decode(bytes);
  } catch {
    return null;
  }
}

function batchMarkerOf(bytes: Uint8Array): BatchMarker {
  const { cutMs, runClockMs, coverageFromMs } = decodeBatchMarker(bytes);
  return { cutMs, qMs: runClockMs, coverageBeginMs: coverageFromMs };
}
