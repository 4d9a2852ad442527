import { compileExpression } from '@forebay/expressions';
import { viewColumns } from './compile-feature';
import { sourceOf } from './lookup';
import type { AggregationView, Project, TableView } from './model';

/** What a field is to a feature: a part of its value, what its values are split by, or what decides which events count. */
export type FieldRole = 'input' | 'split' | 'filter';

/** Which fields of its source a feature is made from, in the source's order. */
export interface FeatureLineage {
  readonly feature: string;
  /** The type of its values, as declared. */
  readonly type: string;
  readonly fields: readonly string[];
  /** Of each field, in the same order. */
  readonly roles: readonly (readonly FieldRole[])[];
}

/** Of each feature: what it takes, what it is split by, and what its filters look at, through derived columns to fields. */
export function aggregationLineage(project: Project, view: AggregationView): FeatureLineage[] {
  const source = sourceOf(project, view);
  const { columns } = viewColumns([...source.fields, ...view.derived]);
  const derived = new Map(view.derived.map(({ name, expression }) => [name, expression]));
  const look = (text: string | null, into: Set<string>): Set<string> => {
    if (text === null) return into;
    for (const name of compileExpression(text, columns, `view "${view.name}"`).columns) {
      if (into.has(name)) continue;
      into.add(name);
      look(derived.get(name) ?? null, into);
    }
    return into;
  };
  return view.features.map(({ name, type, input, by, filter }) => {
    const used: readonly (readonly [FieldRole, ReadonlySet<string>])[] = [
      ['input', look(input, new Set())],
      ['split', look(by, new Set())],
      ['filter', look(view.filter, look(filter, new Set()))],
    ];
    const rolesOf = (field: string) => used.filter(([, names]) => names.has(field)).map(([role]) => role);
    const fields = source.fields.map((field) => field.name).filter((field) => rolesOf(field).length > 0);
    return { feature: name, type: String(type), fields, roles: fields.map(rolesOf) };
  });
}

export function tableLineage(view: TableView): FeatureLineage[] {
  return view.features.map(({ name, type, field }) => ({
    feature: name,
    type: String(type),
    fields: [field],
    roles: [['input']],
  }));
}
