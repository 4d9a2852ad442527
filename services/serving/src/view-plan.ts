import {
  compileView,
  isFloat64,
  newViewOutput,
  ViewFold,
  type ViewLayout,
  type ViewOutput,
} from '@forebay/algebra';
import type { AggregationView, Entity, EventSource } from '@forebay/definitions';
import {
  batchMarkerKey,
  PARTS,
  partPrefix,
  progressKey,
  SINGLE_NODE_BUCKETS,
  streamMarkerKey,
} from '@forebay/online-store';

/** The bucket of every entity on one node of Redis. */
const BUCKET = SINGLE_NODE_BUCKETS - 1;

/** A view ready to be read: made once per definition, and shared by the plans that use it. Folds are synchronous. */
export interface ReadableView {
  /** `view@version`. */
  readonly label: string;
  readonly view: AggregationView;
  readonly entity: Entity;
  readonly layout: ViewLayout;
  readonly fold: ViewFold;
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
    entity,
    layout,
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
  };
}
