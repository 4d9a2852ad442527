/** One feature of a view as a look-up reads it from stored parts. Synchronous, no I/O. */
import {
  BatchList,
  type BatchMarker,
  compileTableView,
  isFloat64,
  isTableFloat64,
  keptFrom,
  markerClock,
  newTableOutput,
  type ReadContext,
  STATUS,
  settledInstant,
  TableRead,
  type ViewFold,
  type ViewLayout,
  type ViewOutput,
} from '@forebay/algebra';
import type {
  AggregationView,
  EventSource,
  ScalarType,
  TableSource,
  TableView,
  ValueType,
} from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import {
  decoded,
  decodeTableMarker,
  type KeyValues,
  PARTS,
  partPrefix,
  type StoredKeys,
  StoredView,
  tableMarkerKey,
} from '@forebay/online-store';

export interface StoredFeature {
  keysIn(bucket: number): StoredKeys;
  /**
   * The status of the feature at t by these parts, and in `value` its value: the best one where it is DEGRADED, of no event after t.
   * @param nowMs the clock when the parts were read
   */
  read(shared: KeyValues, parts: KeyValues, tMs: number, nowMs: number): number;
  readonly value: Value;
}

type Clocks = Omit<ReadContext, 'tMs'>;

/** A feature of an aggregation view with a stream. */
export class StoredAggregation implements StoredFeature {
  value: Value = null;
  readonly #stored: StoredView;
  readonly #batch: BatchList;
  readonly #feature: FeaturePlace;

  /** @param exactWithinMs writers of the view have clocks that lie at least so far back */
  constructor(
    view: AggregationView,
    source: EventSource,
    feature: string,
    private readonly exactWithinMs: number,
  ) {
    this.#stored = new StoredView(view, source);
    const { layout } = this.#stored;
    this.#batch = new BatchList(layout);
    this.#feature = placeOf(view.features, feature, (index) =>
      isFloat64(layout.features[index] as ViewLayout['features'][number]),
    );
  }

  keysIn(bucket: number): StoredKeys {
    return this.#stored.keysIn(bucket);
  }

  read(shared: KeyValues, values: KeyValues, tMs: number, nowMs: number): number {
    const { fold, output } = this.#stored;
    const parts = this.#stored.partsOf(values);
    const clocks = this.#keptClocks(this.#stored.clocksOf(shared, nowMs), nowMs);
    const listMs = fold.fold(parts, { tMs, ...clocks }, output);
    if (Math.max(listMs, markerClock(clocks.batchMarker)) <= tMs) {
      this.value = fieldValue(output, this.#feature);
      return output.statuses[this.#feature.index] as number;
    }
    // written at a later clock: its rows may hold events after t
    this.value = this.#endsAfter(parts.batch, tMs) ? null : this.#before(parts, clocks, tMs, listMs);
    return STATUS.DEGRADED;
  }

  /** What writers drop by now leaves no trace in the stored values, though a read of long ago would ask for it. */
  #keptClocks(clocks: Clocks, nowMs: number): Clocks {
    const { completeSinceMs } = clocks;
    if (completeSinceMs === null) return clocks;
    const keptMs = keptFrom(this.#stored.layout, nowMs - this.exactWithinMs);
    return keptMs <= completeSinceMs ? clocks : { ...clocks, completeSinceMs: keptMs };
  }

  #before(parts: Parameters<ViewFold['fold']>[0], clocks: Clocks, tMs: number, listMs: number): Value {
    const { fold, layout, output } = this.#stored;
    const settledMs = settledInstant(layout, tMs, listMs);
    if (settledMs === null) return null;
    fold.fold(parts, { tMs: settledMs, ...clocks }, output);
    return fieldValue(output, this.#feature);
  }

  /** Whether a batch value speaks of times after t, in segments that cannot be taken apart. */
  #endsAfter(batch: Uint8Array | null, tMs: number): boolean {
    try {
      return batch !== null && this.#batch.open(batch) && this.#batch.cutMs > tMs;
    } catch {
      return true;
    }
  }
}

/** A feature of a table view: that of the row that answers at the tick of t. */
export class StoredTable implements StoredFeature {
  value: Value = null;
  readonly #read: TableRead;
  readonly #output: ViewOutput;
  readonly #feature: FeaturePlace;

  constructor(
    private readonly view: TableView,
    source: TableSource,
    feature: string,
  ) {
    const layout = compileTableView(view, source);
    this.#read = new TableRead(layout);
    this.#output = newTableOutput(layout);
    this.#feature = placeOf(view.features, feature, (index) =>
      isTableFloat64(layout.features[index] as (typeof layout.features)[number]),
    );
  }

  keysIn(bucket: number): StoredKeys {
    return {
      shared: [Buffer.from(tableMarkerKey(bucket, this.view.id))],
      prefixes: [Buffer.from(partPrefix(bucket, this.view.id, PARTS.table))],
    };
  }

  read(shared: KeyValues, [batch = null]: KeyValues, tMs: number, nowMs: number): number {
    const parts = { stream: null, open: null, sealed: null, batch };
    const batchMarker = decoded(shared[0], tableMarkerOf);
    const context = { tMs, serverClockMs: nowMs, progressMs: null, completeSinceMs: null, batchMarker };
    this.#read.fold(parts, context, this.#output);
    this.value = fieldValue(this.#output, this.#feature);
    return this.#output.statuses[this.#feature.index] as number;
  }
}

/** Where a view's output holds a feature. */
interface FeaturePlace {
  readonly index: number;
  readonly isNumber: boolean;
  readonly type: ScalarType;
}

function placeOf(
  features: readonly { readonly name: string; readonly type: ValueType }[],
  name: string,
  isNumber: (index: number) => boolean,
): FeaturePlace {
  const index = features.findIndex((feature) => feature.name === name);
  // a compiled project has the feature, and of one value
  return { index, isNumber: isNumber(index), type: features[index]?.type as ScalarType };
}

const INT64_END = 2 ** 63;

/** As a field of its type: what is beyond int64 is null. */
function fieldValue({ numbers, others }: ViewOutput, { index, isNumber, type }: FeaturePlace): Value {
  if (!isNumber) {
    const other = others[index] as Value;
    return typeof other === 'bigint' ? integerOf(other) : other;
  }
  const number = numbers[index] as number;
  if (Number.isNaN(number)) return null;
  if (type === 'bool') return number !== 0;
  if (type !== 'int64' || Number.isSafeInteger(number)) return number;
  return number >= -INT64_END && number < INT64_END ? BigInt(number) : null;
}

function integerOf(integer: bigint): Value {
  const number = Number(integer);
  if (Number.isSafeInteger(number)) return number;
  return BigInt.asIntN(64, integer) === integer ? integer : null;
}

/** A table's rows have no beginning: every row of an entity counts. */
function tableMarkerOf(bytes: Uint8Array): BatchMarker {
  const { tickMs, runClockMs } = decodeTableMarker(bytes);
  return { cutMs: tickMs, qMs: runClockMs, coverageBeginMs: Number.NEGATIVE_INFINITY };
}
