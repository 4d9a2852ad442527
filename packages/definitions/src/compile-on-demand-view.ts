import { type Column, compileExpression, type ExpressionFunction } from '@forebay/expressions';
import { expressionTypeOf, scalarTypeOf } from './columns';
import { MAX_FEATURES_PER_VIEW, MAX_REQUEST_FIELDS } from './limits';
import { compileMetadata } from './metadata';
import type { Field, OnDemandFeature, OnDemandInput, OnDemandView } from './model';
import { checkColumnName, checkCount, checkName, checkVersion, viewPlace } from './names';
import { onDemandInputs } from './on-demand-inputs';
import type { OnDemandViewDeclaration } from './on-demand-view-declaration';
import type { Problems } from './problems';
import type { SelectedFeatures } from './select-features';

/**
 * A view without its fingerprint; its inputs are those that its features read. After problems it is good only for
 * checking what refers to it.
 * @param selected what its inputs select, in their order
 */
export function compileOnDemandView(
  { options }: OnDemandViewDeclaration,
  selected: readonly SelectedFeatures[],
  functions: readonly ExpressionFunction[],
  problems: Problems,
): OnDemandView {
  const place = viewPlace(options);
  checkName(options.name, place, problems);
  checkVersion(options.version ?? 1, place, problems);
  const inputs = onDemandInputs(selected, place, problems);
  const request = compileRequest(options.request ?? {}, inputs, place, problems);
  const { features, read } = compileFeatures(
    options.features,
    [...inputs.map(({ column, type }) => ({ name: column, type })), ...request],
    functions,
    place,
    problems,
  );
  return {
    id: 0,
    name: options.name,
    version: options.version ?? 1,
    inputs: inputs.filter(({ column }) => read.has(column)),
    request,
    features,
    metadata: compileMetadata(options),
    fingerprint: '',
  };
}

function compileRequest(
  declared: NonNullable<OnDemandViewDeclaration['options']['request']>,
  inputs: readonly OnDemandInput[],
  viewPlaceText: string,
  problems: Problems,
): Field[] {
  const fields = Object.entries(declared).map(([name, type]) => ({ name, type }));
  checkCount(fields.length, MAX_REQUEST_FIELDS, 'fields of the request', viewPlaceText, problems);
  return fields.filter(({ name }) => {
    const place = `${viewPlaceText}, request field "${name}"`;
    if (!checkColumnName(name, place, problems)) return false;
    if (!inputs.some(({ column }) => column === name)) return true;
    problems.add(place, 'an input has that name: rename the field of the request');
    return false;
  });
}

/** Features in declared order, and the names of all columns that they read. */
function compileFeatures(
  declared: OnDemandViewDeclaration['options']['features'],
  given: readonly Field[],
  functions: readonly ExpressionFunction[],
  viewPlaceText: string,
  problems: Problems,
): { readonly features: OnDemandFeature[]; readonly read: ReadonlySet<string> } {
  const entries = Object.entries(declared);
  if (entries.length === 0) problems.add(viewPlaceText, 'no features: declare at least one');
  checkCount(entries.length, MAX_FEATURES_PER_VIEW, 'features', viewPlaceText, problems);
  const features: OnDemandFeature[] = [];
  const fields: Field[] = [...given];
  const columns: Column[] = given.map(({ name, type }) => ({ name, type: expressionTypeOf(type) }));
  const read = new Set<string>();
  for (const [name, options] of entries) {
    const place = `${viewPlaceText}, feature "${name}"`;
    const { expression: text, description = '' } =
      typeof options === 'string' ? { expression: options } : options;
    if (!checkName(name, place, problems) || !checkColumnName(name, place, problems)) continue;
    if (given.some((field) => field.name === name)) {
      problems.add(place, 'an input or a field of the request has that name: choose another');
      continue;
    }
    const expression = problems.attempt(() => compileExpression(text, columns, place, functions));
    if (expression === null) continue;
    const type = scalarTypeOf(expression, fields);
    for (const column of expression.columns) read.add(column);
    features.push({ name, expression: expression.canonical, type, description });
    fields.push({ name, type });
    columns.push({ name, type: expressionTypeOf(type) });
  }
  return { features, read };
}
