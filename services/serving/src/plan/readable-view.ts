import {
  type BatchMarker,
  compileTableView,
  compileView,
  isFloat64,
  isTableFloat64,
  markerClock,
  newTableOutput,
  newViewOutput,
  type ReadContext,
  type ScheduledContext,
  type ScheduledParts,
  type StoredParts,
  type StoredPlace,
  TableRead,
  ViewFold,
  type ViewOutput,
} from '@forebay/algebra';
import type {
  AggregationView,
  Entity,
  EventSource,
  SchedulePlan,
  TableSource,
  TableView,
  ValueType,
} from '@forebay/definitions';
import {
  batchMarkerKey,
  decodeBatchMarker,
  decodeTableMarker,
  PARTS,
  type Part,
  progressKey,
  streamMarkerKey,
  tableMarkerKey,
} from '@forebay/online-store';
import { memoized, partPrefixes, type ViewKeys } from './view-keys';

const TICK_PARTS = [PARTS.even, PARTS.odd] as const;

/** The parts of one (row, view) as they are stored; null where absent. */
export interface ReadableParts extends StoredParts {
  /** Of a view on a schedule: the lists of its ticks, by parity. */
  readonly ticks: ScheduledParts;
  /** The stream list, and the batch list or the value of a table view, in place: of views that are `inPlace`. */
  readonly streamPlace: StoredPlace;
  readonly batchPlace: StoredPlace;
}

/** What the store says of a view, besides its values; null where it is not known. */
export interface ViewClocks {
  /** Stream complete since. */
  readonly completeSinceMs: number | null;
  readonly batchMarker: BatchMarker | null;
  /** Of a view on a schedule: of its last finished runs, by parity of the tick. */
  readonly markers: ScheduledContext['markers'];
  /** Everything that had arrived before it is in the values. */
  readonly progressMs: number | null;
}

/** From stored parts to values; synchronous, one at a time. */
export interface ViewReader {
  /** The newest clock written in the markers, −∞ without any: values may not be of an earlier instant. */
  markerClock(clocks: ViewClocks): number;
  /** Returns the same of what is written in the parts. */
  fold(parts: ReadableParts, context: ReadContext & ScheduledContext, out: ViewOutput): number;
}

/** A view of any kind in an answer: its values stand in `output`, which the next row overwrites. */
export interface AnsweringView {
  readonly project: string;
  /** `view@version`. */
  readonly label: string;
  readonly view: {
    readonly name: string;
    readonly version: number;
    readonly features: readonly { readonly name: string; readonly type: ValueType }[];
  };
  readonly output: ViewOutput;
  readonly inFloat64Block: readonly boolean[];
}

/** A view whose values are stored: made once per definition, and shared by the plans that use it. Its own keys are those of bucket 0. */
export interface ReadableView extends AnsweringView, ViewKeys {
  readonly view: AggregationView | TableView;
  readonly source: EventSource | TableSource;
  readonly entity: Entity;
  readonly fold: ViewReader;
  /** Positions in the parts that are read; −1: the view does not have it. */
  readonly parts: PartPositions;
  readonly decodeMarker: (bytes: Uint8Array) => BatchMarker;
  /** Read where it lies, as tables are and lists without states of variable length. */
  readonly inPlace: boolean;
  /** null: the values speak of the instant that is asked for. */
  readonly schedule: SchedulePlan | null;
  /** The keys in any bucket. */
  readonly keysIn: (bucket: number) => ViewKeys;
}

interface PartPositions {
  readonly stream: number;
  readonly open: number;
  readonly sealed: number;
  readonly batch: number;
  readonly even: number;
  readonly odd: number;
}

function positionsOf(parts: readonly Part[]): PartPositions {
  return {
    stream: parts.indexOf(PARTS.rows),
    open: parts.indexOf(PARTS.open),
    sealed: parts.indexOf(PARTS.sealed),
    batch: Math.max(parts.indexOf(PARTS.batch), parts.indexOf(PARTS.table)),
    even: parts.indexOf(PARTS.even),
    odd: parts.indexOf(PARTS.odd),
  };
}

/** Throws `invalid_definition` if the view's expressions do not compile. */
export function readableView(
  project: string,
  view: AggregationView,
  source: EventSource,
  entity: Entity,
): ReadableView {
  const layout = compileView(view, source);
  const streams = view.stream !== null;
  const parts: Part[] = [
    ...(streams ? [PARTS.rows] : []),
    ...(streams && layout.variable.length > 0 ? [PARTS.open, PARTS.sealed] : []),
    ...(view.batch === null ? [] : [PARTS.batch]),
    ...(view.schedule === null ? [] : TICK_PARTS),
  ];
  const fold = new ViewFold(layout);
  const inPlace = view.schedule === null && layout.variable.length === 0;
  const keysIn = memoized((bucket) => ({
    partPrefixes: partPrefixes(bucket, view.id, parts),
    streamMarkerKey: streams ? Buffer.from(streamMarkerKey(bucket, view.id)) : null,
    progressKey: streams ? progressKey(bucket, source.id) : null,
    batchMarkerKey: view.batch === null ? null : Buffer.from(batchMarkerKey(bucket, view.id)),
    tickMarkerKeys:
      view.schedule === null
        ? []
        : TICK_PARTS.map((part) => Buffer.from(batchMarkerKey(bucket, view.id, part))),
  }));
  return {
    ...keysIn(0),
    keysIn,
    project,
    label: `${view.name}@${view.version}`,
    view,
    source,
    entity,
    fold: view.schedule !== null ? tickReader(fold) : inPlace ? placedListReader(fold) : listReader(fold),
    output: newViewOutput(layout),
    inFloat64Block: layout.features.map(isFloat64),
    parts: positionsOf(parts),
    decodeMarker: batchMarkerOf,
    inPlace,
    schedule: view.schedule,
  };
}

function listReader(fold: ViewFold): ViewReader {
  return {
    markerClock: ({ batchMarker }) => markerClock(batchMarker),
    fold: (parts, context, out) => fold.fold(parts, context, out),
  };
}

function placedListReader(fold: ViewFold): ViewReader {
  return {
    markerClock: ({ batchMarker }) => markerClock(batchMarker),
    fold: ({ streamPlace, batchPlace }, context, out) => fold.foldAt(streamPlace, batchPlace, context, out),
  };
}

/** A list of a tick moves no clock before its run has finished: readers are not drawn into a tick that is being written. */
function tickReader(fold: ViewFold): ViewReader {
  return {
    markerClock: ({ markers: [even, odd] }) => Math.max(markerClock(even), markerClock(odd)),
    fold: ({ ticks }, context, out) => {
      fold.foldScheduled(ticks, context, out);
      return Number.NEGATIVE_INFINITY;
    },
  };
}

/** Throws `invalid_definition` if the view has a type that a table does not hold. */
export function readableTableView(
  project: string,
  view: TableView,
  source: TableSource,
  entity: Entity,
): ReadableView {
  const layout = compileTableView(view, source);
  const read = new TableRead(layout);
  const keysIn = memoized((bucket) => ({
    partPrefixes: partPrefixes(bucket, view.id, [PARTS.table]),
    streamMarkerKey: null,
    progressKey: null,
    batchMarkerKey: Buffer.from(tableMarkerKey(bucket, view.id)),
    tickMarkerKeys: [],
  }));
  return {
    ...keysIn(0),
    keysIn,
    project,
    label: `${view.name}@${view.version}`,
    view,
    source,
    entity,
    fold: {
      markerClock: ({ batchMarker }) => markerClock(batchMarker),
      fold: (parts, context, out) => {
        read.foldAt(parts.batchPlace, context, out);
        return Number.NEGATIVE_INFINITY;
      },
    },
    output: newTableOutput(layout),
    inFloat64Block: layout.features.map(isTableFloat64),
    parts: positionsOf([PARTS.table]),
    decodeMarker: tableMarkerOf,
    inPlace: true,
    schedule: view.schedule,
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
