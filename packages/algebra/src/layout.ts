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
import { needsOf, parameterOf, placeFixed, placeVariable } from './component-places';

export { ROW_HEADER_BYTES } from './component-places';

/** What a cell or an entry holds: float64 (bool, int32, double, timestamp), the 8 bytes of an int64, or UTF-8 bytes. */
export type CellType = 'float64' | 'int64' | 'string';

/** A distinct (input, filter) pair of a view; features with the same pair share its components. */
export interface Lane {
  readonly index: number;
  readonly input: CompiledExpression | null;
  readonly inputType: ScalarType | null;
  readonly filter: CompiledExpression | null;
  readonly cell: CellType;
  /** Whether the input is an integer, so that sums are exact. */
  readonly integer: boolean;
}

export type FixedKind = 'count' | 'sum' | 'min' | 'max' | 'moments' | 'first' | 'last' | 'max_time';
export type VariableKind = 'first_string' | 'last_string' | 'last_n' | 'distinct';

/** A component of fixed width: `rowOffset` is where its cells stand in a stream row, `slot` in the fold's accumulator. */
export interface FixedComponent {
  readonly kind: FixedKind;
  readonly lane: Lane;
  readonly rowOffset: number;
  readonly slot: number;
  /** Slot of the lane's count, which `moments` and empty cells need. */
  readonly countSlot: number;
  readonly countRowOffset: number;
  /** The count component of the same lane, as an index into `fixed`. */
  readonly countIndex: number;
}

export interface VariableComponent {
  readonly kind: VariableKind;
  readonly lane: Lane;
  /** n of last_n, `exact` of distinct; 0 otherwise. */
  readonly parameter: number;
}

/** A left edge that moves: `edge(t) = floorTo(t − lengthMs, hopMs)`. */
export interface Edge {
  readonly lengthMs: number;
  readonly hopMs: number;
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
  /** Left edges that rows must respect: the sliding windows', and the pseudo-window's where batch and stream meet. */
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

function cellTypeOf(type: ScalarType | null): CellType {
  if (type === 'string') return 'string';
  return type === 'int64' ? 'int64' : 'float64';
}

function laneKey(feature: AggregationFeature): string {
  return `${feature.filter ?? ''}\0${feature.input ?? ''}`;
}

function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
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

  const lanes = [...new Map(view.features.map((feature) => [laneKey(feature), feature]))]
    .sort(([a], [b]) => compareUtf8(a, b))
    .map(([, feature], index): Lane => {
      const input = compile(feature.input, `input of feature "${feature.name}"`);
      const inputType = input === null ? null : scalarTypeOf(input, scalarTypes);
      return {
        index,
        input,
        inputType,
        filter: compile(feature.filter, `filter of feature "${feature.name}"`),
        cell: cellTypeOf(inputType),
        integer: inputType === 'int32' || inputType === 'int64',
      };
    });
  const laneByKey = new Map(
    [...new Set(view.features.map(laneKey))]
      .sort(compareUtf8)
      .map((key, index) => [key, lanes[index] as Lane]),
  );
  const laneOf = (feature: AggregationFeature) => laneByKey.get(laneKey(feature)) as Lane;

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
      planFeature(feature, index, laneOf(feature), windows, fixed, variable),
    ),
    compactEveryMs: Math.min(HOUR_MS, Math.max(MINUTE_MS, 60 * (hops[0] ?? HOUR_MS))),
  };
}

/** A plain column keeps its declared type; a computed integer may be any int64. */
function scalarTypeOf(input: CompiledExpression, scalarTypes: ReadonlyMap<string, ScalarType>): ScalarType {
  const declared = scalarTypes.get(input.canonical);
  if (declared !== undefined) return declared;
  return input.type === 'int' ? 'int64' : input.type;
}

function windowOrder(a: Window, b: Window): number {
  if (a.kind === 'lifetime' || b.kind === 'lifetime')
    return Number(a.kind === 'lifetime') - Number(b.kind === 'lifetime');
  return a.lengthMs - b.lengthMs || a.hopMs - b.hopMs;
}

const sameWindow = (a: Window, b: Window) => windowOrder(a, b) === 0;

function distinctWindows(view: AggregationView): Window[] {
  const sorted = view.features.map((feature) => feature.window).sort(windowOrder);
  return sorted.filter((window, i) => i === 0 || !sameWindow(window, sorted[i - 1] as Window));
}

function edgesOf(view: AggregationView, windows: readonly Window[]): Edge[] {
  const edges: Edge[] = windows.flatMap((window) =>
    window.kind === 'sliding' ? [{ lengthMs: window.lengthMs, hopMs: window.hopMs }] : [],
  );
  if (view.batch !== null && view.stream !== null)
    edges.push({ lengthMs: view.batch.horizonMs, hopMs: view.batch.cutHopMs });
  return edges.sort((a, b) => a.lengthMs - b.lengthMs || a.hopMs - b.hopMs);
}

function planFeature(
  feature: AggregationFeature,
  index: number,
  lane: Lane,
  windows: readonly Window[],
  fixed: readonly FixedComponent[],
  variable: readonly VariableComponent[],
): FeaturePlan {
  const needs = needsOf(feature, lane);
  const position = variable.findIndex(
    (component) =>
      component.lane === lane &&
      component.kind === needs.variable &&
      component.parameter === parameterOf(feature, lane),
  );
  return {
    index,
    feature,
    operation: feature.operation,
    lane,
    window: windows.findIndex((window) => sameWindow(window, feature.window)),
    fixed: Object.fromEntries(
      fixed
        .filter((component) => component.lane === lane && needs.fixed.includes(component.kind))
        .map((component) => [component.kind, component]),
    ),
    variable: needs.variable === undefined ? null : position,
  };
}
