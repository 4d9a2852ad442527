/** Which components a view's features are made from, and where they stand (docs/CODEC.md, columns of a view). */
import type { AggregationFeature, AggregationView, OperationName } from '@forebay/definitions';
import type { CellType, FixedComponent, FixedKind, Lane, VariableComponent, VariableKind } from './layout';

/** Bytes of a stream row before its cells: start f64, width u32, events u32. */
export const ROW_HEADER_BYTES = 16;

const CELL_BYTES: Readonly<Record<FixedKind, number>> = {
  count: 8,
  sum: 16,
  min: 8,
  max: 8,
  moments: 16,
  first: 24,
  last: 24,
  max_time: 8,
};

const SLOTS: Readonly<Record<FixedKind, number>> = {
  count: 1,
  sum: 2,
  min: 2,
  max: 2,
  moments: 3,
  first: 5,
  last: 5,
  max_time: 1,
};

/** The order of components within a lane. */
const FIXED_ORDER: readonly FixedKind[] = [
  'count',
  'sum',
  'min',
  'max',
  'moments',
  'first',
  'last',
  'max_time',
];
const VARIABLE_ORDER: readonly VariableKind[] = ['first_string', 'last_string', 'last_n', 'distinct'];

interface Needs {
  readonly fixed: readonly FixedKind[];
  readonly variable?: VariableKind;
  readonly parameter?: string;
}

/** Which components each operation's result is made from. */
const NEEDS = {
  count: () => ({ fixed: ['count'] }),
  sum: () => ({ fixed: ['count', 'sum'] }),
  mean: () => ({ fixed: ['count', 'sum'] }),
  min: () => ({ fixed: ['count', 'min'] }),
  max: () => ({ fixed: ['count', 'max'] }),
  variance: () => ({ fixed: ['count', 'moments'] }),
  stddev: () => ({ fixed: ['count', 'moments'] }),
  first: (cell) =>
    cell === 'string' ? { fixed: ['count'], variable: 'first_string' } : { fixed: ['count', 'first'] },
  last: (cell) =>
    cell === 'string' ? { fixed: ['count'], variable: 'last_string' } : { fixed: ['count', 'last'] },
  last_n: () => ({ fixed: ['count'], variable: 'last_n', parameter: 'n' }),
  distinct_count: () => ({ fixed: ['count'], variable: 'distinct', parameter: 'exact' }),
  time_since_last: () => ({ fixed: ['count', 'max_time'] }),
} as const satisfies Record<OperationName, (cell: CellType) => Needs>;

export function needsOf(feature: AggregationFeature, lane: Lane): Needs {
  return NEEDS[feature.operation](lane.cell);
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
    const kinds = new Set(
      view.features
        .filter((feature) => laneOf(feature) === lane)
        .flatMap((feature) => needsOf(feature, lane).fixed),
    );
    const count = { rowOffset, slot, index: fixed.length };
    for (const kind of FIXED_ORDER.filter((candidate) => kinds.has(candidate))) {
      fixed.push({
        kind,
        lane,
        rowOffset,
        slot,
        countSlot: count.slot,
        countRowOffset: count.rowOffset,
        countIndex: count.index,
      });
      rowOffset += CELL_BYTES[kind];
      slot += SLOTS[kind];
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
      const parameters = view.features
        .filter((feature) => laneOf(feature) === lane && needsOf(feature, lane).variable === kind)
        .map((feature) => parameterOf(feature, lane));
      for (const parameter of [...new Set(parameters)].sort((a, b) => a - b))
        placed.push({ kind, lane, parameter });
    }
  }
  return placed;
}

export function parameterOf(feature: AggregationFeature, lane: Lane): number {
  const name = needsOf(feature, lane).parameter;
  return name === undefined ? 0 : (feature.parameters[name] as number);
}
