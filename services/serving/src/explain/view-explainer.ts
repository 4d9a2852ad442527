/** What explaining the features of one stored view needs beside what serving has: made once per view, and kept as long as it. */
import {
  compileTableView,
  compileView,
  ExplainedFold,
  type TableLayout,
  type ViewLayout,
} from '@forebay/algebra';
import type { AggregationView, EventSource, TableSource, TableView } from '@forebay/definitions';
import type { ReadableView } from '../plan/readable-view';

export type ViewExplainer =
  | { readonly kind: 'segments'; readonly layout: ViewLayout; readonly fold: ExplainedFold }
  | { readonly kind: 'table'; readonly layout: TableLayout };

const known = new WeakMap<ReadableView, ViewExplainer>();

export function viewExplainer(readable: ReadableView): ViewExplainer {
  const held = known.get(readable);
  if (held !== undefined) return held;
  const made = newExplainer(readable);
  known.set(readable, made);
  return made;
}

function newExplainer({ view, source }: ReadableView): ViewExplainer {
  if ('maxAgeMs' in view)
    return { kind: 'table', layout: compileTableView(view satisfies TableView, source as TableSource) };
  const layout = compileView(view satisfies AggregationView, source as EventSource);
  return { kind: 'segments', layout, fold: new ExplainedFold(layout) };
}
