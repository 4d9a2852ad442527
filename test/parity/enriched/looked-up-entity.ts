/** One entity of the view that is looked up: what its stream and batch runs have stored at each time, and what a look-up finds there. */
import {
  compileView,
  markerClock,
  newViewOutput,
  STATUS,
  ViewFold,
  type ViewLayout,
  type ViewOutput,
} from '@forebay/algebra';
import { HOUR_MS } from '@forebay/contract';
import type { AggregationFeature, Enrichment, ScalarType } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { encodeBatchMarker, encodeStreamMarker } from '@forebay/online-store';
import { StoredAggregation } from '@forebay/service-stream';
import {
  chosenField,
  exact,
  expectedCut,
  lookedUpValue,
  lookUpDifference,
  type OracleEvent,
  type OracleResult,
  type OracleScalar,
  oracleFeatures,
  oracleLookUp,
  Random,
  type ReadFacts,
  type WorldEvent,
  type WorldRun,
} from '@forebay/testkit';
import type { ComparedStatus, Comparison } from '../support/comparison';
import type { ParityCase } from '../support/parity-case';
import { StreamedEntity } from '../support/streamed-entity';
import { writtenBatch } from '../support/written-batch';
import type { LookedUp } from './looked-up';

/** Where the history was loaded, its file has the fields. */
const LOAD = 1;

export interface LookedUpField {
  readonly found: Value;
  readonly wanted: Value;
  readonly comparison: Comparison | null;
}

/** Of the entity with this key: what its stream has stored so far. */
export class LookedUpEntity {
  readonly #layout: ViewLayout;
  readonly #stream: StreamedEntity;
  readonly #history: readonly WorldEvent[];
  readonly #fold: ViewFold;
  readonly #output: ViewOutput;
  readonly #stored = new Map<string, StoredAggregation>();
  readonly #batches = new Map<WorldRun, Uint8Array | null>();
  #delivered = 0;

  constructor(
    private readonly lookedUp: LookedUp,
    key: string,
    private readonly exactWithinMs: number,
  ) {
    const { view, source, histories, writerSeed } = lookedUp;
    this.#layout = compileView(view, source);
    this.#stream = new StreamedEntity(this.#layout, new Random(writerSeed));
    this.#history = histories[key] ?? [];
    this.#fold = new ViewFold(this.#layout);
    this.#output = newViewOutput(this.#layout);
  }

  lookUp(each: WorldEvent, enrichment: Enrichment, { world }: ParityCase): LookedUpField {
    const feature = this.lookedUp.view.features.find(
      ({ name }) => name === enrichment.feature.feature,
    ) as AggregationFeature;
    if (each.log === LOAD) {
      const loaded = this.#ofLoaded(each, feature);
      return { found: loaded, wanted: loaded, comparison: null };
    }
    this.#deliverTo(each.arrivalMs);
    const serverClockMs = each.arrivalMs + world.writerAheadMs;
    const read = this.#factsAt(each, serverClockMs);
    const stored = this.#storedFeature(feature);
    const status = statusName(
      stored.read(this.#shared(read), this.#parts(each.arrivalMs), read.tMs, serverClockMs),
    );
    const found = chosenField(enrichment, status, stored.value);
    const { wanted, comparison } = this.#compared({ read, feature, status, value: stored.value, each });
    return { found, wanted: chosenField(enrichment, status, wanted), comparison };
  }

  #compared({
    read,
    feature,
    status,
    value,
    each,
  }: {
    readonly read: ReadFacts;
    readonly feature: AggregationFeature;
    readonly status: ComparedStatus;
    readonly value: Value;
    readonly each: WorldEvent;
  }): { readonly wanted: Value; readonly comparison: Comparison } {
    const looked = oracleLookUp({
      read,
      feature,
      events: this.#knownAt(each.arrivalMs, read),
      newestClockMs: this.#newestClock(read, each.arrivalMs),
      exactWithinMs: this.exactWithinMs,
      ofBatch: read.ownCutMs !== null || read.marker !== null,
    });
    const difference = status === looked.status ? lookUpDifference(looked, value, feature) : null;
    const comparison = {
      path: 'looked up' as const,
      kind: feature.operation,
      declared: { ...feature, exactWithinMs: this.exactWithinMs },
      atMs: read.tMs,
      oracle: looked.fields === null ? exact(null) : (looked.fields[0] as OracleResult),
      expected: looked.status,
      value,
      status,
      reason: null,
      difference,
    };
    // of several that it may be, or where anything is right, the field is the one that was found
    const [only, ...others] = looked.fields ?? [];
    const isOneValue = only !== undefined && others.length === 0;
    return {
      wanted: isOneValue
        ? lookedUpValue(only.value as OracleScalar | null, feature.type as ScalarType)
        : value,
      comparison,
    };
  }

  #deliverTo(arrivedMs: number): void {
    const { world } = this.lookedUp;
    for (let next = this.#history[this.#delivered]; next !== undefined && next.arrivalMs <= arrivedMs; ) {
      if (next.inStream)
        this.#stream.deliver(next, next.arrivalMs + world.writerAheadMs - this.exactWithinMs);
      next = this.#history[++this.#delivered];
    }
    this.#stream.finish();
  }

  /** What was loaded has the value that the definition gives. */
  #ofLoaded({ event, arrivalMs }: WorldEvent, feature: AggregationFeature): Value {
    const { view, source } = this.lookedUp;
    const events = this.#history.filter((one) => one.arrivalMs <= arrivalMs).map((one) => one.event);
    const { results } = oracleFeatures(view, source, events, event.eventTimeMs);
    const { value } = results[view.features.indexOf(feature)] as OracleResult;
    return lookedUpValue(value as OracleScalar | null, feature.type as ScalarType);
  }

  #runsAt(atMs: number, count: number): readonly WorldRun[] {
    return this.lookedUp.world.runs.slice(0, count).filter(({ qMs }) => qMs <= atMs);
  }

  #factsAt({ event, arrivalMs }: WorldEvent, serverClockMs: number): ReadFacts {
    const { view, source, world } = this.lookedUp;
    const newest = this.#runsAt(arrivalMs, world.finished).at(-1);
    return {
      view,
      source,
      tMs: event.eventTimeMs,
      serverClockMs,
      completeSinceMs: world.completeSinceMs,
      progressMs: world.progressMs === null ? null : arrivalMs - (world.nowMs - world.progressMs),
      marker: newest === undefined ? null : { ...newest, coverageBeginMs: world.coverageBeginMs },
      ownCutMs: this.#heldAt(arrivalMs)?.run.cutMs ?? null,
    };
  }

  #heldAt(atMs: number): { readonly run: WorldRun; readonly bytes: Uint8Array } | null {
    const { view, world } = this.lookedUp;
    let held: { run: WorldRun; bytes: Uint8Array } | null = null;
    for (const run of this.#runsAt(atMs, world.written)) {
      const bytes = this.#batchOf(run);
      if (bytes !== null) held = { run, bytes };
    }
    const isAlive = held !== null && atMs < held.run.cutMs + (view.batch?.horizonMs ?? 0) + HOUR_MS;
    return isAlive ? held : null;
  }

  #batchOf(run: WorldRun): Uint8Array | null {
    const known = this.#batches.get(run);
    if (known !== undefined) return known;
    const made = writtenBatch(this.#layout, { ...this.lookedUp, history: this.#history }, run);
    this.#batches.set(run, made);
    return made;
  }

  #knownAt(arrivedMs: number, read: ReadFacts): OracleEvent[] {
    const { source, world } = this.lookedUp;
    const cutMs = expectedCut(read);
    const held = this.#heldAt(arrivedMs);
    const spokenBy =
      held !== null && held.run.cutMs === cutMs ? held.run : this.#runsAt(arrivedMs, world.finished).at(-1);
    return this.#history
      .filter(({ event, arrivalMs, writerProgressMs }) => {
        if (event.eventTimeMs < cutMs) return arrivalMs <= (spokenBy?.qMs ?? 0);
        const forgotten = source.dedupeMs !== null && event.eventTimeMs < writerProgressMs - source.dedupeMs;
        return arrivalMs <= arrivedMs && !forgotten;
      })
      .map(({ event }) => event);
  }

  #newestClock(read: ReadFacts, arrivedMs: number): number {
    const marker = read.marker === null ? null : { ...read.marker, qMs: this.#markerClock(arrivedMs) };
    const parts = { ...this.#stream.parts, batch: this.#heldAt(arrivedMs)?.bytes ?? null };
    const context = { ...read, batchMarker: marker };
    return Math.max(markerClock(marker), this.#fold.fold(parts, context, this.#output));
  }

  #markerClock(arrivedMs: number): number {
    return this.#runsAt(arrivedMs, this.lookedUp.world.finished).at(-1)?.qMs ?? Number.NEGATIVE_INFINITY;
  }

  /** Of one partition and all that have no number. */
  #shared({ progressMs, completeSinceMs, marker }: ReadFacts): (Uint8Array | null)[] {
    const progress = progressMs === null ? null : Buffer.alloc(16);
    progress?.writeUInt8(1, 0);
    progress?.writeUInt32LE(1, 4);
    progress?.writeDoubleLE(progressMs ?? 0, 8);
    return [
      progress,
      completeSinceMs === null ? null : encodeStreamMarker({ completeSinceMs }),
      ...(this.lookedUp.view.batch === null
        ? []
        : [marker === null ? null : batchMarkerOf(marker as BatchMarkerFacts)]),
    ];
  }

  #parts(arrivedMs: number): (Uint8Array | null)[] {
    const { stream, open, sealed } = this.#stream.parts;
    return [
      stream,
      ...(this.#layout.variable.length > 0 ? [open, sealed] : []),
      ...(this.lookedUp.view.batch === null ? [] : [this.#heldAt(arrivedMs)?.bytes ?? null]),
    ];
  }

  #storedFeature({ name }: AggregationFeature): StoredAggregation {
    const known = this.#stored.get(name);
    if (known !== undefined) return known;
    const { view, source } = this.lookedUp;
    const made = new StoredAggregation(view, source, name, this.exactWithinMs);
    this.#stored.set(name, made);
    return made;
  }
}

type BatchMarkerFacts = NonNullable<ReadFacts['marker']> & WorldRun;

function batchMarkerOf({ cutMs, qMs, coverageBeginMs }: BatchMarkerFacts): Uint8Array {
  return encodeBatchMarker({ cutMs, runClockMs: qMs, coverageFromMs: coverageBeginMs });
}

const NAMES = Object.fromEntries(Object.entries(STATUS).map(([name, number]) => [number, name]));

function statusName(status: number) {
  return NAMES[status] as 'PRESENT' | 'NULL_VALUE' | 'NOT_FOUND' | 'DEGRADED';
}
