import {
  type BatchMarker,
  compileTableView,
  compileView,
  isFloat64,
  isTableFloat64,
  newTableOutput,
  newViewOutput,
  type ReadContext,
  type StoredParts,
  TableRead,
  ViewFold,
  type ViewOutput,
} from '@forebay/algebra';
import type { AggregationView, Entity, EventSource, TableSource, TableView } from '@forebay/definitions';
import {
  batchMarkerKey,
  decodeBatchMarker,
  decodeTableMarker,
  PARTS,
  partPrefix,
  progressKey,
  SINGLE_NODE_BUCKETS,
  streamMarkerKey,
  tableMarkerKey,
} from '@forebay/online-store';

/** The bucket of every entity on one node of Redis. */
const BUCKET = SINGLE_NODE_BUCKETS - 1;

/** From stored parts to values; synchronous, one at a time. */
export interface ViewReader {
  /** The newest clock written in the parts and the marker, −∞ without any. */
  newestClock(parts: StoredParts, marker: BatchMarker | null): number;
  fold(parts: StoredParts, context: ReadContext, out: ViewOutput): void;
}

/** A view ready to be read: made once per definition, and shared by the plans that use it. */
export interface ReadableView {
  /** `view@version`. */
  readonly label: string;
  readonly view: AggregationView | TableView;
  readonly source: EventSource | TableSource;
  readonly entity: Entity;
  readonly fold: ViewReader;
  /** Where folds leave their values; overwritten by the next one. */
  readonly output: ViewOutput;
  readonly inFloat64Block: readonly boolean[];
  /** What the keys of an entity's parts begin with, in the order in which they are read. */
  readonly partPrefixes: readonly Uint8Array[];
  /** Positions in the parts that are read; −1: the view does not have it. */
  readonly parts: {
    readonly stream: number;
    readonly open: number;
    readonly sealed: number;
    readonly batch: number;
  };
  /** null: the view has no stream values. */
  readonly streamMarkerKey: Uint8Array | null;
  readonly progressKey: string | null;
  /** null: the view has no batch values. */
  readonly batchMarkerKey: Uint8Array | null;
  readonly decodeMarker: (bytes: Uint8Array) => BatchMarker;
}

/** Throws `invalid_definition` if the view's expressions do not compile. */
export function readableView(view: AggregationView, source: EventSource, entity: Entity): ReadableView {
  const layout = compileView(view, source);
  const streams = view.stream !== null;
  const partNames = [
    ...(streams ? [PARTS.rows] : []),
    ...(streams && layout.variable.length > 0 ? [PARTS.open, PARTS.sealed] : []),
    ...(view.batch === null ? [] : [PARTS.batch]),
  ];
  return {
    label: `${view.name}@${view.version}`,
    view,
    source,
    entity,
    fold: new ViewFold(layout),
    output: newViewOutput(layout),
    inFloat64Block: layout.features.map(isFloat64),
    partPrefixes: partNames.map((part) => Buffer.from(partPrefix(BUCKET, view.id, part))),
    parts: {
      stream: partNames.indexOf(PARTS.rows),
      open: partNames.indexOf(PARTS.open),
      sealed: partNames.indexOf(PARTS.sealed),
      batch: partNames.indexOf(PARTS.batch),
    },
    streamMarkerKey: streams ? Buffer.from(streamMarkerKey(BUCKET, view.id)) : null,
    progressKey: streams ? progressKey(BUCKET, source.id) : null,
    batchMarkerKey: view.batch === null ? null : Buffer.from(batchMarkerKey(BUCKET, view.id)),
    decodeMarker: batchMarkerOf,
  };
}

/** Throws `invalid_definition` if the view has a type that a table does not hold. */
export function readableTableView(view: TableView, source: TableSource, entity: Entity): ReadableView {
  const layout = compileTableView(view, source);
  return {
    label: `${view.name}@${view.version}`,
    view,
    source,
    entity,
    fold: new TableRead(layout),
    output: newTableOutput(layout),
    inFloat64Block: layout.features.map(isTableFloat64),
    partPrefixes: [Buffer.from(partPrefix(BUCKET, view.id, PARTS.table))],
    parts: { stream: -1, open: -1, sealed: -1, batch: 0 },
    streamMarkerKey: null,
    progressKey: null,
    batchMarkerKey: Buffer.from(tableMarkerKey(BUCKET, view.id)),
    decodeMarker: tableMarkerOf,
  };
}

function batchMarkerOf(bytes: Uint8Array): BatchMarker {
  const { cutMs, runClockMs, coverageFromMs } = decodeBatchMarker(bytes);
  return { cutMs, qMs: runClockMs, coverageBeginMs: coverageFromMs };
}

/** A table's rows have no beginning: every row of an entity counts. */
function tableMarkerOf(bytes: Uint8Array): BatchMarker {
  const { tickMs, runClockMs } = decodeTableMarker(bytes);
  return { cutMs: tickMs, qMs: runClockMs, coverageBeginMs: Number.NEGATIVE_INFINITY };
}
