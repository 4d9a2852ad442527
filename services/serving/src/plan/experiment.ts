import { encodeMessage, type MessageInput } from '@forebay/contract';
import type { VariantSplit } from '@forebay/definitions';
import type { ServicePlan } from './plan';
import type { TypedColumnPlan } from './plan-columns';
import { layoutIdOf } from './value-types';

/** Where a column stands in a row: exactly one of them is not −1. */
export interface ColumnPlace {
  /** Position in a row of the float64 block. */
  readonly block: number;
  /** Index into the typed columns. */
  readonly typed: number;
}

export interface NamedPlan {
  readonly name: string;
  /** As if the service had only this variant: its layout names the views. */
  readonly plan: ServicePlan;
}

export interface PlannedVariant extends NamedPlan {
  /** Of each column its place in the variant's rows; null: each has the place that it has in the answer. */
  readonly places: readonly ColumnPlace[] | null;
}

/** The variants of a service, which answer each for the rows that it has. */
export interface Experiment {
  readonly split: VariantSplit;
  readonly variants: readonly PlannedVariant[];
  /** Of each column its place in the rows of the answer. */
  readonly places: readonly ColumnPlace[];
}

type Columns = readonly NonNullable<MessageInput<'Layout'>['columns']>[number][];

/**
 * The plan of a service with variants: that of its first one, but for the columns. A column is in the float64 block if it
 * is so in all variants (whether an int64 is depends on how its view comes by it), and has a view if all take it from the
 * same one.
 */
export function planExperiment(split: VariantSplit, variants: readonly NamedPlan[]): ServicePlan {
  const [first] = variants as readonly [NamedPlan, ...NamedPlan[]];
  const columns = mergedColumns(variants.map(({ plan }) => columnsOf(plan)));
  const places = placesOf(columns);
  const layout = {
    id: layoutIdOf(encodeMessage('Layout', { columns: [...columns] })),
    columns: [...columns],
  };
  const experiment: Experiment = {
    split,
    places,
    variants: variants.map(({ name, plan }) => {
      const own = placesOf(columnsOf(plan));
      const same = own.every(({ block }, i) => block === places[i]?.block);
      return { name, plan, places: same ? null : own };
    }),
  };
  return {
    ...first.plan,
    blockWidth: places.filter(({ block }) => block >= 0).length,
    typed: typedOf(variants, places),
    layout,
    encodedLayout: encodeMessage('Layout', layout),
    layoutIdBytes: Buffer.from(layout.id),
    experiment,
  };
}

const columnsOf = ({ layout }: ServicePlan): Columns => layout.columns ?? [];

function mergedColumns(of: readonly Columns[]): Columns {
  const [first = []] = of;
  return first.map((column, i) => {
    const all = of.map((columns) => columns[i]);
    const sameView = all.every(
      (other) => other?.view === column.view && other?.view_version === column.view_version,
    );
    const inBlock = all.every((other) => other?.in_float64_block === true);
    return {
      ...column,
      ...(sameView ? {} : { view: '', view_version: 0 }),
      in_float64_block: inBlock,
    };
  });
}

function placesOf(columns: Columns): ColumnPlace[] {
  let [block, typed] = [0, 0];
  return columns.map(({ in_float64_block }) =>
    in_float64_block === true ? { block: block++, typed: -1 } : { block: -1, typed: typed++ },
  );
}

function typedOf(variants: readonly NamedPlan[], places: readonly ColumnPlace[]): TypedColumnPlan[] {
  const all = variants.flatMap(({ plan }) => plan.typed);
  return places.flatMap(({ typed }, column) =>
    typed < 0 ? [] : [all.find((planned) => planned.column === column) as TypedColumnPlan],
  );
}
