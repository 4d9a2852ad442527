/** Helpers of the unit tests: a source with a column of every type, views over it, and the stored parts of one entity. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type {
  AggregationFeature,
  AggregationView,
  EventSource,
  OperationName,
  Window,
} from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { BatchListWriter } from './batch-list-writer';
import { batchBoundaries } from './boundaries';
import { contentCheck } from './content-check';
import type { ReadContext } from './exactness';
import { ViewFold } from './fold';
import type { StoredParts } from './fold-lists';
import { LaneEvaluator } from './lane-inputs';
import { compileView, type ViewLayout } from './layout';
import { type AddOutcome, StreamList, type StreamParts, type StreamWrite } from './stream-list';
import type { PartPatch } from './stream-list-ids';
import { newViewOutput, type ViewOutput } from './view-output';

const METADATA = { owner: '', description: '', tags: {} };
/** A day whose hours, and thus whose windows' edges, are easy to read. */
export const NOON = Date.UTC(2026, 4, 10, 12);
export const ALWAYS = Number.NEGATIVE_INFINITY;

export const events: EventSource = {
  id: 1,
  name: 'events',
  topic: 'events',
  table: 'events',
  fields: [
    { name: 'at', type: 'timestamp' },
    { name: 'who', type: 'string' },
    { name: 'i', type: 'int32' },
    { name: 'big', type: 'int64' },
    { name: 'x', type: 'double' },
    { name: 's', type: 'string' },
    { name: 'b', type: 'bool' },
  ],
  eventTime: 'at',
  eventId: null,
  knownAt: null,
  allowedLatenessMs: HOUR_MS,
  maxClockSkewMs: 5 * MINUTE_MS,
  dedupeMs: null,
  maxStalenessMs: MINUTE_MS,
  partitions: 1,
  archiveOrder: [],
  metadata: METADATA,
};

export const sliding = (lengthMs: number, hopMs: number): Window => ({ kind: 'sliding', lengthMs, hopMs });
export const lifetime: Window = { kind: 'lifetime' };

type FeatureShape = Partial<AggregationFeature> & {
  readonly operation: OperationName;
  readonly window: Window;
};

/** A view whose features are named by their position: hybrid with a horizon of 24 h, or `{ batch: null }` for stream only. */
export function layoutOf(
  features: readonly FeatureShape[],
  more: Partial<AggregationView> = {},
  source: EventSource = events,
): ViewLayout {
  const batch = { horizonMs: DAY_MS, cutHopMs: HOUR_MS, intervalMs: null };
  const view: AggregationView = {
    id: 7,
    name: 'v',
    version: 1,
    entity: 'who',
    source: 'events',
    keyFields: ['who'],
    filter: null,
    derived: [],
    features: features.map((feature, i) => ({
      name: `f${i}`,
      input: null,
      by: null,
      filter: null,
      parameters: {},
      type: 'double',
      description: '',
      ...feature,
    })),
    batch,
    stream: { retentionMs: batch.horizonMs + batch.cutHopMs },
    schedule: null,
    metadata: METADATA,
    fingerprint: '',
    ...more,
  };
  return compileView(view, source);
}

/** An event: its time, and the values of i, big, x, s and b; null where not given. */
export interface Given {
  readonly at: number;
  readonly i?: number;
  readonly big?: number | bigint;
  readonly x?: number;
  readonly s?: string;
  readonly b?: boolean;
  /** Low word of the tie; its high word is 0. */
  readonly tie?: number;
}

export const rowOf = (given: Given): Value[] => [
  given.at,
  'ann',
  given.i ?? null,
  given.big ?? null,
  given.x ?? null,
  given.s ?? null,
  given.b ?? null,
];

/** What is stored after a patch: the bytes before it stay as they are. */
function patched(stored: Uint8Array | null, { bytes, from, size }: PartPatch): Uint8Array {
  const after = bytes.slice(0, size);
  if (from > 0) after.set((stored as Uint8Array).subarray(0, from));
  return after;
}

/** The stored parts of one entity, with the store's rule for patches: bytes before `patchFrom` stay as they are. */
export class StoredEntity {
  list: StreamList;
  parts: StreamParts = { main: null, open: null, sealed: null, ids: null };
  batch: Uint8Array | null = null;
  readonly #evaluator: LaneEvaluator;
  #token = 0;

  constructor(readonly layout: ViewLayout) {
    this.list = new StreamList(layout);
    this.#evaluator = new LaneEvaluator(layout);
  }

  /** Adds an event at the writer's clock w; null: the view's filter excludes it. Ids are held from `heldFromMs` on. */
  add(given: Given, wMs: number, heldFromMs = ALWAYS): AddOutcome | null {
    const row = rowOf(given);
    this.#evaluator.derive(row);
    if (!this.#evaluator.evaluate(row)) return null;
    const tie = { high: 0, low: given.tie ?? 0 };
    const check = contentCheck(row, events.fields.length);
    return this.list.add(this.#evaluator, given.at, tie, wMs, heldFromMs, check);
  }

  /** Writes the list, and returns what was written. */
  store(): StreamWrite {
    const write = this.list.takeWrite(Uint8Array.from([++this.#token, 1, 2, 3, 4, 5, 6, 7]));
    const { main, open, sealed, ids } = this.parts;
    this.parts = {
      main: patched(main, { bytes: write.value, from: write.patchFrom ?? 0, size: write.valueSize }),
      open: write.open ?? open,
      sealed: write.sealed ?? sealed,
      ids: write.ids === null ? ids : patched(ids, write.ids),
    };
    return write;
  }

  reload(): void {
    this.list = StreamList.load(this.layout, this.parts);
  }

  /** The batch value of a run over the given events. */
  materialize(given: readonly Given[], qMs: number, cutMs: number): void {
    const goodUntilMs = cutMs + (this.layout.view.batch?.horizonMs ?? 0);
    const writer = new BatchListWriter(this.layout, {
      boundaries: batchBoundaries(this.layout, qMs, cutMs),
      cutMs,
      qMs,
      goodUntilMs,
    });
    for (const event of given) {
      const row = rowOf(event);
      this.#evaluator.derive(row);
      if (this.#evaluator.evaluate(row))
        writer.add(this.#evaluator, event.at, { high: 0, low: event.tie ?? 0 });
    }
    this.batch = writer.encode();
  }

  /** Segments of the stored stream list: [start, width in seconds, events]. */
  segments(): [number, number, number][] {
    const main = this.parts.main as Uint8Array;
    const view = new DataView(main.buffer, main.byteOffset, main.byteLength);
    const rows = view.getUint32(main.length - 8, true);
    return Array.from({ length: rows }, (_, row) => {
      const at = row * this.layout.rowSize;
      return [view.getFloat64(at, true), view.getUint32(at + 8, true), view.getUint32(at + 12, true)];
    });
  }

  get stored(): StoredParts {
    return { stream: this.parts.main, open: this.parts.open, sealed: this.parts.sealed, batch: this.batch };
  }

  /** Folds what is stored; a context that makes everything exact unless it says otherwise. */
  read(tMs: number, more: Partial<ReadContext> = {}, parts: Partial<StoredParts> = {}): ViewOutput {
    const context: ReadContext = {
      tMs,
      serverClockMs: tMs,
      completeSinceMs: ALWAYS,
      batchMarker: null,
      progressMs: tMs,
      ...more,
    };
    const output = newViewOutput(this.layout);
    new ViewFold(this.layout).fold({ ...this.stored, ...parts }, context, output);
    return output;
  }

  /** Values as a person reads them, null for null. */
  values(tMs: number, more: Partial<ReadContext> = {}, parts: Partial<StoredParts> = {}): unknown[] {
    const output = this.read(tMs, more, parts);
    return this.layout.features.map(
      ({ index }) =>
        output.others[index] ?? (Number.isNaN(output.numbers[index]) ? null : output.numbers[index]),
    );
  }
}
