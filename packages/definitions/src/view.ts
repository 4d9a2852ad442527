import type { AggregationView, OnDemandView, Project, TableView } from './model';

/** A view of any kind. */
export type View =
  | { readonly kind: 'aggregation view'; readonly view: AggregationView }
  | { readonly kind: 'table view'; readonly view: TableView }
  | { readonly kind: 'on-demand view'; readonly view: OnDemandView };

export type ViewKind = View['kind'];

/** All views of a project: aggregation, table, then on-demand views. */
export function viewsOf(project: Project): View[] {
  return [
    ...project.aggregationViews.map((view) => ({ kind: 'aggregation view', view }) as const),
    ...project.tableViews.map((view) => ({ kind: 'table view', view }) as const),
    ...project.onDemandViews.map((view) => ({ kind: 'on-demand view', view }) as const),
  ];
}
