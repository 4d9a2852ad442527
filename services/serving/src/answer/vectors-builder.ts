import type { OtherValue, ReadContext, ScheduledContext } from '@forebay/algebra';
import type { PlannedComputation, PlannedView, ServicePlan } from '../plan/plan';
import type { ColumnRun } from '../plan/plan-columns';
import type { AnsweringView, ViewClocks } from '../plan/readable-view';
import type { RequestData } from '../request/request-data';
import { AnswerStatuses } from './answer-statuses';
import type { FeatureVectors, ServedValues } from './feature-vectors';
import { type ReadRows, RowParts } from './stored-rows';
import { oldestClocks, viewTimesOf } from './view-times';

/**
 * Values of an answer whose memory is used again for the next one of the plan; a larger one's memory goes with it. There are
 * some hundred plans, since callers may ask for any list of features, and many of them are read once.
 */
const MAX_KEPT_VALUES = 32 * 1_024;

/** A context is filled in for each fold instead of being made. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A request as far as the answer depends on it. */
export interface AskedRows {
  readonly rows: number;
  readonly data: RequestData;
  readonly includeLayout: boolean;
  readonly includeViewTimes: boolean;
  readonly includeNewestEvents: boolean;
  readonly requestId: string;
}

/**
 * Folds the values of every (row, view) of one plan, and computes what is on demand, at one instant. The answer that `build`
 * returns lies in the builder's memory, which the next `build` overwrites: `keptVectors` copies it.
 */
export class VectorsBuilder {
  /** Of answers built so far: an answer of an earlier one is gone. */
  generation = 0;
  /** The server's clock when the views' times were last told to the metrics. */
  #notedMs = Number.NEGATIVE_INFINITY;
  #block: Float64Array = new Float64Array(0);
  /** The beginning of the block that the last answer took, as bytes. */
  #blockBytes: Uint8Array = new Uint8Array(0);
  #newestEventsMs: Float64Array | null = null;
  #typed: (OtherValue | null)[][];
  readonly #statuses: AnswerStatuses;
  readonly #context: Mutable<ReadContext & ScheduledContext> = {
    tMs: 0,
    serverClockMs: 0,
    completeSinceMs: null,
    batchMarker: null,
    markers: [null, null],
    progressMs: null,
  };
  readonly #parts = new RowParts();

  constructor(
    private readonly plan: ServicePlan,
    private readonly served: ServedValues,
  ) {
    this.#typed = plan.typed.map(() => []);
    this.#statuses = new AnswerStatuses(plan);
  }

  /**
   * The instant is the server's clock when the stored values have arrived, or the newest clock written in any of them or in
   * their markers, or `notBeforeMs`, if one of those is later. What is served is counted by `countServed`.
   */
  build(
    asked: AskedRows,
    reads: readonly ReadRows[],
    serverClockMs: number,
    notBeforeMs = Number.NEGATIVE_INFINITY,
  ): FeatureVectors {
    const { plan } = this;
    const { rows } = asked;
    const context = this.#context;
    context.serverClockMs = serverClockMs;
    context.tMs = Math.max(notBeforeMs, this.#earliestInstant(reads, serverClockMs));
    this.generation++;
    const newestClockMs = this.#fill(asked, reads);
    // a writer's clock is ahead of this server's: no value may be of an instant before what it holds
    if (newestClockMs > context.tMs) {
      context.tMs = newestClockMs;
      this.#fill(asked, reads);
    }
    const isNoted = serverClockMs - this.#notedMs >= NOTE_EVERY_MS;
    const clocks = isNoted || asked.includeViewTimes ? oldestClocks(reads) : [];
    if (isNoted) {
      this.#notedMs = serverClockMs;
      this.served.noteTimes(viewTimesOf(plan, clocks, context.tMs, null));
    }
    const numbers = rows * plan.blockWidth;
    const vectors: FeatureVectors = {
      plan,
      asOfMs: context.tMs,
      rows,
      block: this.#bytesOfBlock(numbers * FLOAT64_BYTES),
      statuses: this.#statuses.of(rows),
      allPresent: this.#statuses.allPresent,
      typed: this.#typed,
      views: asked.includeViewTimes ? viewTimesOf(plan, clocks, context.tMs, this.#newestEventsMs) : NO_TIMES,
      degraded: this.#statuses.degraded,
      includeLayout: asked.includeLayout,
      newestEventsMs: this.#newestEventsMs,
      requestId: asked.requestId,
      variants: null,
      builder: this,
      generation: this.generation,
    };
    if (rows * plan.columnCount > MAX_KEPT_VALUES) this.#letGo();
    return vectors;
  }

  #bytesOfBlock(size: number): Uint8Array {
    if (this.#blockBytes.length !== size) this.#blockBytes = new Uint8Array(this.#block.buffer, 0, size);
    return this.#blockBytes;
  }

  /** The answer has the memory for itself. */
  #letGo(): void {
    this.#block = new Float64Array(0);
    this.#blockBytes = new Uint8Array(0);
    this.#statuses.letGo();
    this.#typed = this.plan.typed.map(() => []);
    this.#newestEventsMs = null;
  }

  /** Returns the newest clock that is written in the values. */
  #fill(asked: AskedRows, reads: readonly ReadRows[]): number {
    this.#begin(asked);
    let newestClockMs = Number.NEGATIVE_INFINITY;
    for (const read of reads) newestClockMs = Math.max(newestClockMs, this.#add(read, asked.data));
    return newestClockMs;
  }

  #begin({ rows, includeNewestEvents, includeViewTimes }: AskedRows): void {
    const { plan } = this;
    const numbers = rows * plan.blockWidth;
    if (this.#block.length < numbers) {
      this.#block = new Float64Array(numbers);
      this.#blockBytes = new Uint8Array(0);
    }
    this.#statuses.begin(rows);
    for (const column of this.#typed) column.length = rows;
    this.#newestEventsMs =
      includeNewestEvents || includeViewTimes ? new Float64Array(rows * plan.views.length) : null;
  }

  /** The server's clock, or the newest one written in a marker if that is later. */
  #earliestInstant(reads: readonly ReadRows[], serverClockMs: number): number {
    const { views } = this.plan;
    let newest = serverClockMs;
    for (const { clocks } of reads) {
      for (let i = 0; i < views.length; i++) {
        const clock = (views[i] as PlannedView).readable.fold.markerClock(clocks[i] as ViewClocks);
        if (clock > newest) newest = clock;
      }
    }
    return newest;
  }

  #add(read: ReadRows, data: RequestData): number {
    const { views, computations } = this.plan;
    const context = this.#context;
    const parts = this.#parts;
    const times = this.#newestEventsMs;
    let newestClockMs = Number.NEGATIVE_INFINITY;
    for (let row = read.fromRow; row < read.toRow; row++) {
      let position = read.positionOf(row);
      for (let i = 0; i < views.length; i++) {
        const view = views[i] as PlannedView;
        position = read.take(position, view, parts);
        const clocks = read.clocks[i] as ViewClocks;
        context.completeSinceMs = clocks.completeSinceMs;
        context.batchMarker = clocks.batchMarker;
        context.markers = clocks.markers;
        context.progressMs = clocks.progressMs;
        const { output } = view.readable;
        const clockMs = view.readable.fold.fold(parts, context, output);
        if (clockMs > newestClockMs) newestClockMs = clockMs;
        if (times !== null) times[row * views.length + i] = output.newestEventMs;
        this.#place(read, row, view, view.readable, null);
      }
      for (let i = 0; i < computations.length; i++) {
        const computation = computations[i] as PlannedComputation;
        const { computed } = computation;
        computed.compute(data, computation.fields, row);
        this.#place(read, row, computation, computed, computed.degradedBy);
      }
    }
    return newestClockMs;
  }

  /** Copies what the view left into the row. */
  #place(
    read: ReadRows,
    row: number,
    planned: PlannedView | PlannedComputation,
    view: AnsweringView,
    of: AnsweringView | null,
  ): void {
    const { columns } = planned;
    const { numbers, others } = view.output;
    const block = this.#block;
    const firstNumber = row * this.plan.blockWidth;
    for (let i = 0; i < columns.numbers.length; i++) {
      const { feature, at, count } = columns.numbers[i] as ColumnRun;
      const to = firstNumber + at;
      if (count === numbers.length) block.set(numbers, to);
      else for (let j = 0; j < count; j++) block[to + j] = numbers[feature + j] as number;
    }
    for (let i = 0; i < columns.typed.length; i++) {
      const { feature, typed } = columns.typed[i] as { feature: number; typed: number };
      (this.#typed[typed] as (OtherValue | null)[])[row] = others[feature] as OtherValue | null;
    }
    this.#statuses.place(read, row, planned, view, of);
  }

  /** The last answer has been taken. Its texts, lists and vectors would keep all that was read from the socket with them. */
  release(): void {
    for (let i = 0; i < this.#typed.length; i++) this.#typed[i]?.fill(null);
  }

  /** Tells the metrics what the last answer holds; once for an answer that is served. */
  countServed(): void {
    this.#statuses.count(this.served);
  }
}

const builders = new WeakMap<ServicePlan, VectorsBuilder>();

/** The one builder of a plan. */
export function builderOf(plan: ServicePlan, served: ServedValues): VectorsBuilder {
  const known = builders.get(plan);
  if (known !== undefined) return known;
  const made = new VectorsBuilder(plan, served);
  builders.set(plan, made);
  return made;
}

/** The views' times are told to the metrics so often. */
const NOTE_EVERY_MS = 1_000;
const NO_TIMES: FeatureVectors['views'] = [];
const FLOAT64_BYTES = 8;
