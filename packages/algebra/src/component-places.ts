/** Which components a view's features are made from, and where they stand (docs/CODEC.md, columns of a view). */
import {
  type AggregationFeature,
  type AggregationView,
  type OperationName,
  parameterList,
  type Window,
} from '@forebay/definitions';
import type { CellType, Lane } from './lanes';
import type { FeaturePlan, FixedComponent, FixedKind, VariableComponent, VariableKind } from './layout';
import { sameWindow } from './view-windows';

/** Bytes of a stream row before its cells: start f64, width u32, events u32. */
export const ROW_HEADER_BYTES = 16;

/** Of each component in a stream row. */
export const CELL_BYTES: Readonly<Record<FixedKind, number>> = {
  count: 8,
  sum: 16,
  min: 8,
  max: 8,
  moments: 16,
  skew: 24,
  first: 24,
  last: 24,
  max_time: 8,
  decayed_sum: 16,
  decayed_count: 16,
};

const SLOTS: Readonly<Record<FixedKind, number>> = {
  count: 1,
  sum: 2,
  min: 2,
  max: 2,
  moments: 3,
  skew: 4,
  first: 5,
  last: 5,
  max_time: 1,
  decayed_sum: 2,
  decayed_count: 2,
};

/** The order of components within a lane. */
const FIXED_ORDER = Object.keys(CELL_BYTES) as readonly FixedKind[];
const VARIABLE_ORDER: readonly VariableKind[] = [
  'first_string',
  'last_string',
  'first_n',
  'last_n',
  'distinct',
  'quantile',
  'histogram',
  'category_counts',
  'category_sums',
  'session',
  'session_sum',
];

interface Needs {
  /** Beside the count, which every lane has. */
  readonly fixed?: FixedKind;
  readonly variable?: VariableKind;
  /** The feature's parameter that tells apart components of one kind. */
  readonly parameter?: 'n' | 'exact' | 'max_keys' | 'half_life_ms' | 'gap';
}

/** Which components each operation's result is made from. */
const NEEDS = {
  count: () => ({}),
  sum: () => ({ fixed: 'sum' }),
  mean: () => ({ fixed: 'sum' }),
  min: () => ({ fixed: 'min' }),
  max: () => ({ fixed: 'max' }),
  variance: () => ({ fixed: 'moments' }),
  stddev: () => ({ fixed: 'moments' }),
  skewness: () => ({ fixed: 'skew' }),
  first: (cell) => (cell === 'string' ? { variable: 'first_string' } : { fixed: 'first' }),
  last: (cell) => (cell === 'string' ? { variable: 'last_string' } : { fixed: 'last' }),
  first_n: () => ({ variable: 'first_n', parameter: 'n' }),
  last_n: () => ({ variable: 'last_n', parameter: 'n' }),
  distinct_count: () => ({ variable: 'distinct', parameter: 'exact' }),
  quantile: () => ({ variable: 'quantile' }),
  quantiles: () => ({ variable: 'quantile' }),
  top_k: () => ({ variable: 'category_counts', parameter: 'max_keys' }),
  histogram: () => ({ variable: 'histogram' }),
  count_by: () => ({ variable: 'category_counts', parameter: 'max_keys' }),
  sum_by: () => ({ variable: 'category_sums', parameter: 'max_keys' }),
  mean_by: () => ({ variable: 'category_sums', parameter: 'max_keys' }),
  decayed_sum: () => ({ fixed: 'decayed_sum', parameter: 'half_life_ms' }),
  decayed_count: () => ({ fixed: 'decayed_count', parameter: 'half_life_ms' }),
  rate: () => ({}),
  time_since_last: () => ({ fixed: 'max_time' }),
  session_events: () => ({ variable: 'session', parameter: 'gap' }),
  session_sum: () => ({ variable: 'session_sum', parameter: 'gap' }),
  session_duration: () => ({ variable: 'session', parameter: 'gap' }),
  session_count: () => ({ variable: 'session', parameter: 'gap' }),
} as const satisfies Record<OperationName, (cell: CellType) => Needs>;

/** Which components an operation needs over inputs that are held as `cell`. */
export function componentsOf(operation: OperationName, cell: CellType): Needs {
  return NEEDS[operation](cell);
}

function needsOf(feature: AggregationFeature, lane: Lane): Needs {
  return componentsOf(feature.operation, lane.cell);
}

/** What tells apart the components of one kind and lane; 0 where there is one at most. */
function parameterOf(feature: AggregationFeature, { parameter }: Needs): number {
  if (parameter === undefined) return 0;
  if (parameter === 'gap') return feature.window.kind === 'session' ? feature.window.gapMs : 0;
  return feature.parameters[parameter] as number;
}

function boundsOf(feature: AggregationFeature, { variable }: Needs): readonly number[] {
  return variable === 'histogram' ? parameterList(feature.operation, feature.parameters) : [];
}

export function placeFixed(
  view: AggregationView,
  lanes: readonly Lane[],
  laneOf: (feature: AggregationFeature) => Lane,
) {
  const fixed: FixedComponent[] = [];
  let rowOffset = ROW_HEADER_BYTES;
  let slot = 0;
  for (const lane of lanes) {
    const needs = view.features
      .filter((feature) => laneOf(feature) === lane)
      .map((feature) => ({ feature, ...needsOf(feature, lane) }));
    const count = { countRowOffset: rowOffset, countSlot: slot, countIndex: fixed.length };
    for (const kind of FIXED_ORDER) {
      const parameters = needs
        .filter((need) => kind === 'count' || need.fixed === kind)
        .map((need) => (kind === 'count' ? 0 : parameterOf(need.feature, need)));
      for (const parameter of [...new Set(parameters)].sort((a, b) => a - b)) {
        fixed.push({ kind, lane, parameter, rowOffset, slot, ...count });
        rowOffset += CELL_BYTES[kind];
        slot += SLOTS[kind];
      }
    }
  }
  return { fixed, rowSize: rowOffset, slotCount: slot };
}

export function placeVariable(
  view: AggregationView,
  lanes: readonly Lane[],
  laneOf: (feature: AggregationFeature) => Lane,
): VariableComponent[] {
  const placed: VariableComponent[] = [];
  for (const lane of lanes) {
    for (const kind of VARIABLE_ORDER) {
      const needed = view.features
        .map((feature) => ({ feature, needs: needsOf(feature, lane) }))
        .filter(({ feature, needs }) => laneOf(feature) === lane && needs.variable === kind)
        .map(({ feature, needs }) => ({
          kind,
          lane,
          parameter: parameterOf(feature, needs),
          bounds: boundsOf(feature, needs),
        }))
        .sort(compareParameters);
      placed.push(
        ...needed.filter((one, i) => i === 0 || compareParameters(one, needed[i - 1] as typeof one) !== 0),
      );
    }
  }
  return placed;
}

type Parameters = Pick<VariableComponent, 'parameter' | 'bounds'>;

/** By parameter, then by bounds, one after another. */
function compareParameters(a: Parameters, b: Parameters): number {
  if (a.parameter !== b.parameter) return a.parameter - b.parameter;
  const shared = Math.min(a.bounds.length, b.bounds.length);
  for (let i = 0; i < shared; i++) {
    const [left, right] = [a.bounds[i] as number, b.bounds[i] as number];
    if (left !== right) return left - right;
  }
  return a.bounds.length - b.bounds.length;
}

/** Finds the components that a feature's result is made from. */
export function planFeature(
  feature: AggregationFeature,
  index: number,
  lane: Lane,
  placed: {
    readonly windows: readonly Window[];
    readonly fixed: readonly FixedComponent[];
    readonly variable: readonly VariableComponent[];
  },
): FeaturePlan {
  const needs = needsOf(feature, lane);
  const parameter = parameterOf(feature, needs);
  const wanted = { parameter, bounds: boundsOf(feature, needs) };
  return {
    index,
    feature,
    operation: feature.operation,
    lane,
    window: placed.windows.findIndex((window) => sameWindow(window, feature.window)),
    fixed: Object.fromEntries(
      placed.fixed
        .filter((component) => component.lane === lane)
        .filter(({ kind, parameter: own }) => kind === 'count' || (kind === needs.fixed && own === parameter))
        .map((component) => [component.kind, component]),
    ),
    variable:
      needs.variable === undefined
        ? null
        : placed.variable.findIndex(
            (component) =>
              component.lane === lane &&
              component.kind === needs.variable &&
              compareParameters(component, wanted) === 0,
          ),
  };
}
