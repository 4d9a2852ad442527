import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type {
  AggregationFeature,
  AggregationView,
  EventSource,
  OperationName,
  ScalarType,
  Window,
} from '@forebay/definitions';
import {
  type Column,
  type CompiledExpression,
  compileExpression,
  type ExpressionType,
} from '@forebay/expressions';
import { placeFixed, placeVariable, planFeature } from './component-places';
import { compileLanes, type Lane } from './lanes';
import { distinctWindows, type Edge, edgesOf } from './view-windows';

export { ROW_HEADER_BYTES } from './component-places';
export type { CellType, Lane } from './lanes';
export type { Edge } from './view-windows';

export type FixedKind =
  | 'count'
  | 'sum'
  | 'min'
  | 'max'
  | 'moments'
  | 'skew'
  | 'first'
  | 'last'
  | 'max_time'
  | 'decayed_sum'
  | 'decayed_count';

export type VariableKind =
  | 'first_string'
  | 'last_string'
  | 'first_n'
  | 'last_n'
  | 'distinct'
  | 'quantile'
  | 'histogram'
  | 'category_counts'
  | 'category_sums'
  | 'session'
  | 'session_sum';

/** A component of fixed width: `rowOffset` is where its cells stand in a stream row, `slot` in the fold's accumulator. */
export interface FixedComponent {
  readonly kind: FixedKind;
  readonly lane: Lane;
  /** The half-life of the decayed ones, ms; 0 otherwise. */
  readonly parameter: number;
  readonly rowOffset: number;
  readonly slot: number;
  /** Slot of the lane's count, which `moments`, `skew` and empty cells need. */
  readonly countSlot: number;
  readonly countRowOffset: number;
  /** The count component of the same lane, as an index into `fixed`. */
  readonly countIndex: number;
}

export interface VariableComponent {
  readonly kind: VariableKind;
  readonly lane: Lane;
  /** n of first_n and last_n, `exact` of distinct, max_keys of categories, the gap of sessions in ms; 0 otherwise. */
  readonly parameter: number;
  /** Of a histogram, ascending; none otherwise. */
  readonly bounds: readonly number[];
}

/** A feature with the components that its result is made from. */
export interface FeaturePlan {
  readonly index: number;
  readonly feature: AggregationFeature;
  readonly operation: OperationName;
  readonly lane: Lane;
  /** Index into `windows`. */
  readonly window: number;
  readonly fixed: Readonly<Partial<Record<FixedKind, FixedComponent>>>;
  readonly variable: number | null;
}

/** Everything that reading and writing the states of a view needs; made once per view and registry version. */
export interface ViewLayout {
  readonly view: AggregationView;
  readonly source: EventSource;
  /** Of a decoded event: the source's fields, then the derived columns; the position is the index in the row. */
  readonly columns: readonly Column[];
  readonly sourceFieldCount: number;
  readonly derived: readonly CompiledExpression[];
  readonly filter: CompiledExpression | null;
  /** Index in the row of each join key. */
  readonly keyIndexes: readonly number[];
  readonly eventTimeIndex: number;
  readonly lanes: readonly Lane[];
  readonly fixed: readonly FixedComponent[];
  readonly variable: readonly VariableComponent[];
  readonly rowSize: number;
  readonly slotCount: number;
  /** Distinct windows, shortest first, lifetime last. */
  readonly windows: readonly Window[];
  readonly hasLifetime: boolean;
  /** Left edges that rows must respect: the windows', and the pseudo-window's where batch and stream meet. */
  readonly edges: readonly Edge[];
  /** Widths that rows may have, smallest first; each divides the next. */
  readonly hops: readonly number[];
  readonly features: readonly FeaturePlan[];
  /** How often a list is compacted at most. */
  readonly compactEveryMs: number;
}

export function expressionTypeOf(type: ScalarType): ExpressionType {
  return type === 'int32' || type === 'int64' ? 'int' : type;
}

/**
 * Compiles a validated view into the layout of its states (see docs/CODEC.md).
 * Throws `invalid_definition` if an expression does not compile against the source.
 */
export function compileView(view: AggregationView, source: EventSource): ViewLayout {
  const place = `view "${view.name}"`;
  const columns: Column[] = source.fields.map((field) => ({
    name: field.name,
    type: expressionTypeOf(field.type),
  }));
  const scalarTypes = new Map<string, ScalarType>(source.fields.map((field) => [field.name, field.type]));
  const derived = view.derived.map((column) => {
    const compiled = compileExpression(
      column.expression,
      columns.slice(),
      `${place}, derived column "${column.name}"`,
    );
    columns.push({ name: column.name, type: compiled.type });
    scalarTypes.set(column.name, column.type);
    return compiled;
  });
  const indexOf = (name: string) => columns.findIndex((column) => column.name === name);
  const compile = (text: string | null, what: string) =>
    text === null ? null : compileExpression(text, columns, `${place}, ${what}`);

  const { lanes, laneOf } = compileLanes(view, compile, scalarTypes);
  const { fixed, rowSize, slotCount } = placeFixed(view, lanes, laneOf);
  const variable = placeVariable(view, lanes, laneOf);
  const windows = distinctWindows(view);
  const edges = edgesOf(view, windows);
  const hops = [...new Set(edges.map((edge) => edge.hopMs))].sort((a, b) => a - b);
  return {
    view,
    source,
    columns,
    sourceFieldCount: source.fields.length,
    derived,
    filter: compile(view.filter, 'filter'),
    keyIndexes: view.keyFields.map(indexOf),
    eventTimeIndex: indexOf(source.eventTime),
    lanes,
    fixed,
    variable,
    rowSize,
    slotCount,
    windows,
    hasLifetime: windows.some((window) => window.kind === 'lifetime'),
    edges,
    hops,
    features: view.features.map((feature, index) =>
      planFeature(feature, index, laneOf(feature), { windows, fixed, variable }),
    ),
    compactEveryMs: Math.min(HOUR_MS, Math.max(MINUTE_MS, 60 * (hops[0] ?? HOUR_MS))),
  };
}
