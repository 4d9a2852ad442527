import { canonicalScript } from '@forebay/expressions';
import type { Meaning } from './meaning';
import type { OnDemandView, UserFunction } from './model';

/** @param functions all of the project's; those that the view calls are part of what it means */
export function onDemandViewMeaning(view: OnDemandView, functions: readonly UserFunction[]): Meaning {
  const meaning: Record<string, Record<string, string | null>> = {};
  for (const { column, feature, type } of view.inputs) {
    meaning[`input "${column}"`] = {
      feature: `${feature.view}@${feature.version}.${feature.feature}`,
      type,
    };
  }
  for (const { name, type } of view.request) meaning[`request field "${name}"`] = { type };
  for (const { name, expression, type } of view.features) meaning[`feature "${name}"`] = { expression, type };
  for (const { name, parameters, result, source, sql } of calledFunctions(view, functions)) {
    const evaluate = canonicalScript(source);
    meaning[`function "${name}"`] = { parameters: parameters.join(', '), result, evaluate, sql };
  }
  return meaning;
}

/** The user functions that the view's expressions call, in the order of the project. */
export function calledFunctions(view: OnDemandView, functions: readonly UserFunction[]): UserFunction[] {
  return functions.filter(({ name }) => {
    const call = new RegExp(`(?<![A-Za-z0-9_.])${name}\\(`);
    return view.features.some(({ expression }) => call.test(expression));
  });
}
