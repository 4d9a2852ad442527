import type { FeatureReference, ValueType } from '@forebay/definitions';
import type { NamedPlan } from '../plan/experiment';
import type { PlannedView, ServicePlan } from '../plan/plan';
import type { AnsweringView } from '../plan/readable-view';
import { encodingOf, type FeastEncoding } from './encodings';

/** A feature of an answer, as Feast's clients see it. */
export interface PlannedColumn {
  /** Index in the layout, which is that of its status in a row. */
  readonly column: number;
  /** Position in a row of the float64 block, or −1. */
  readonly block: number;
  /** Index into the plan's typed columns, or −1. */
  readonly typed: number;
  readonly name: string;
  /** The view and its version, which is 0 where nothing tells it apart from another one. */
  readonly reference: FeatureReference;
  readonly encoding: FeastEncoding;
  readonly from: AnsweringView;
  /** The view that it is read from; null: it is computed. */
  readonly view: PlannedView | null;
}

const planned = new WeakMap<ServicePlan, readonly PlannedColumn[]>();

/** The features of a plan, in their order; made once for each plan. */
export function plannedColumns(plan: ServicePlan): readonly PlannedColumn[] {
  let columns = planned.get(plan);
  if (columns === undefined) {
    columns = planColumns(plan);
    planned.set(plan, columns);
  }
  return columns;
}

interface LayoutColumn {
  readonly name: string;
  readonly view: string;
  readonly view_version: number;
  readonly in_float64_block: boolean;
}

/** Of a service with variants, the views are those of its first one, whichever variant answers. */
function planColumns(plan: ServicePlan): PlannedColumn[] {
  const places = plan.layout.columns as readonly LayoutColumn[];
  const names = plan.experiment === null ? plan : (plan.experiment.variants[0] as NamedPlan).plan;
  const layout = names.layout.columns as readonly LayoutColumn[];
  const versions = new Map<string, Set<number>>();
  for (const { view, view_version: version } of layout) {
    versions.set(view, (versions.get(view) ?? new Set()).add(version));
  }
  let block = 0;
  let typed = 0;
  return layout.map(({ name, view, view_version: version }, column) => {
    const inBlock = places[column]?.in_float64_block === true;
    const label = `${view}@${version}`;
    const read = plan.views.find(({ readable }) => readable.label === label) ?? null;
    const computed = plan.computations.find((computation) => computation.computed.label === label)?.computed;
    const from = (read?.readable ?? computed) as AnsweringView;
    const isOnlyVersion = versions.get(view)?.size === 1;
    return {
      column,
      block: inBlock ? block++ : -1,
      typed: inBlock ? -1 : typed++,
      name,
      reference: { view, version: isOnlyVersion ? 0 : version, feature: name },
      encoding: encodingOf(from.view.features.find((feature) => feature.name === name)?.type as ValueType),
      from,
      view: read,
    };
  });
}
