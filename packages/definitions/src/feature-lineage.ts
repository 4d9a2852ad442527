import { compileExpression } from '@forebay/expressions';
import { viewColumns } from './compile-feature';
import { sourceOf } from './lookup';
import type { AggregationView, Project, TableView } from './model';

/** Which fields of its source a feature is made from, in the source's order. */
export interface FeatureLineage {
  readonly feature: string;
  /** The type of its values, as declared. */
  readonly type: string;
  readonly fields: readonly string[];
}

/** Of each feature: what it takes, what it is split by, and what its filters look at, through derived columns to fields. */
export function aggregationLineage(project: Project, view: AggregationView): FeatureLineage[] {
  const source = sourceOf(project, view);
  const { columns } = viewColumns([...source.fields, ...view.derived]);
  const derived = new Map(view.derived.map(({ name, expression }) => [name, expression]));
  const look = (text: string | null, into: Set<string>): void => {
    if (text === null) return;
    for (const name of compileExpression(text, columns, `view "${view.name}"`).columns) {
      if (into.has(name)) continue;
      into.add(name);
      look(derived.get(name) ?? null, into);
    }
  };
  return view.features.map(({ name, type, input, by, filter }) => {
    const used = new Set<string>();
    for (const text of [input, by, filter, view.filter]) look(text, used);
    const fields = source.fields.filter((field) => used.has(field.name)).map((field) => field.name);
    return { feature: name, type: String(type), fields };
  });
}

export function tableLineage(view: TableView): FeatureLineage[] {
  return view.features.map(({ name, type, field }) => ({
    feature: name,
    type: String(type),
    fields: [field],
  }));
}
