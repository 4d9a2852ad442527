import { encodeMessage, type MessageInput } from '@forebay/contract';
import { typeToMessage, type ValueType, vectorLength } from '@forebay/definitions';
import type { AnsweringView } from './readable-view';
import { layoutIdOf, type TypedKind, typedKindOf } from './value-types';

/** A feature that is asked for, of a view of any kind. */
export interface SelectedFeature {
  readonly from: AnsweringView;
  /** Index among the view's features. */
  readonly feature: number;
}

/** A feature of a view that the response has, and where it goes. */
export interface ViewColumn {
  /** Index of the feature in the view. */
  readonly feature: number;
  /** Index of the column in the layout. */
  readonly column: number;
  /** Position in a row of the float64 block, or −1. */
  readonly block: number;
  /** Index into the plan's typed columns, or −1. */
  readonly typed: number;
}

/** Features of a view and their columns, both one after another: `count` of them, from the first ones. */
export interface ColumnRun {
  readonly feature: number;
  /** Position in a row: of the statuses, or of the float64 block. */
  readonly at: number;
  readonly count: number;
}

/** Where the values that a view leaves go, for every row alike. */
export interface ViewColumns {
  readonly count: number;
  readonly statuses: readonly ColumnRun[];
  readonly numbers: readonly ColumnRun[];
  readonly typed: readonly { readonly feature: number; readonly typed: number }[];
}

export function viewColumns(columns: readonly ViewColumn[]): ViewColumns {
  return {
    count: columns.length,
    statuses: runsOf(columns.map(({ feature, column }) => ({ feature, at: column }))),
    numbers: runsOf(
      columns.filter(({ block }) => block >= 0).map(({ feature, block }) => ({ feature, at: block })),
    ),
    typed: columns.filter(({ typed }) => typed >= 0),
  };
}

function runsOf(places: readonly { readonly feature: number; readonly at: number }[]): ColumnRun[] {
  const runs: { feature: number; at: number; count: number }[] = [];
  for (const { feature, at } of places) {
    const run = runs.at(-1);
    if (run !== undefined && feature === run.feature + run.count && at === run.at + run.count) run.count++;
    else runs.push({ feature, at, count: 1 });
  }
  return runs;
}

export interface TypedColumnPlan {
  readonly column: number;
  readonly kind: TypedKind;
  /** Numbers of a vector; 0 for other kinds. */
  readonly vectorLength: number;
}

/** Where the values of a response stand. */
export interface ColumnPlan {
  /** In the order in which the features are asked for. */
  readonly placed: readonly ViewColumn[];
  readonly blockWidth: number;
  readonly typed: readonly TypedColumnPlan[];
  readonly layout: MessageInput<'Layout'> & { readonly id: string };
}

const featureOf = ({ from, feature }: SelectedFeature) =>
  from.view.features[feature] as { readonly name: string; readonly type: ValueType };

export function planColumns(features: readonly SelectedFeature[]): ColumnPlan {
  const typed: TypedColumnPlan[] = [];
  let blockWidth = 0;
  const placed = features.map((selected, column): ViewColumn => {
    const { from, feature } = selected;
    if (from.inFloat64Block[feature]) return { feature, column, block: blockWidth++, typed: -1 };
    const { type } = featureOf(selected);
    typed.push({ column, kind: typedKindOf(type), vectorLength: vectorLength(type) ?? 0 });
    return { feature, column, block: -1, typed: typed.length - 1 };
  });
  return { placed, blockWidth, typed, layout: layoutOf(features) };
}

function layoutOf(features: readonly SelectedFeature[]): ColumnPlan['layout'] {
  const columns = features.map((selected) => {
    const { name, type } = featureOf(selected);
    const { from, feature } = selected;
    return {
      name,
      type: typeToMessage(type),
      view: from.view.name,
      view_version: from.view.version,
      in_float64_block: from.inFloat64Block[feature] === true,
      vector_length: vectorLength(type) ?? 0,
    };
  });
  return { id: layoutIdOf(encodeMessage('Layout', { columns })), columns };
}
