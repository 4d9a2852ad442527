/** Operations on how values are distributed: sets, quantiles, bins and categories. */
import { declareFeature, type FeatureDeclaration, type FeatureOptions, given } from './feature-declaration';

export interface DistinctCountOptions extends FeatureOptions {
  /** Up to how many distinct values the count is exact, at most 1,024; beyond it about 1.6 % off. 256 if left out. */
  exact?: number;
}

export function distinctCount(input: string, options: DistinctCountOptions): FeatureDeclaration {
  const { exact, ...rest } = { ...options };
  return declareFeature('distinct_count', input, rest, given({ exact }));
}

/** The value of rank floor(q · (n − 1)) from the smallest, within 1/128 of it; q from 0 to 1. */
export function quantile(input: string, q: number, options: FeatureOptions): FeatureDeclaration {
  return declareFeature('quantile', input, options, given({ q }));
}

/** Up to 16 quantiles of one input as a list, in the order given. */
export function quantiles(input: string, qs: readonly number[], options: FeatureOptions): FeatureDeclaration {
  return declareFeature('quantiles', input, options, listed('q', qs));
}

/**
 * How many values lie before the first bound, from each bound to before the next, and from the last on: a list of one
 * more number than there are bounds. Bounds ascend, up to 64 of them.
 */
export function histogram(
  input: string,
  bounds: readonly number[],
  options: FeatureOptions,
): FeatureDeclaration {
  return declareFeature('histogram', input, options, listed('b', bounds));
}

export interface CategoryOptions extends FeatureOptions {
  /** With more different keys than this the value is null and DEGRADED; 1,024 if left out, at most 65,536. */
  maxKeys?: number;
}

/** The k most frequent values, the most frequent first, of equally frequent ones the smaller first; k from 1 to 100. */
export function topK(input: string, k: number, options: CategoryOptions): FeatureDeclaration {
  const { maxKeys, ...rest } = { ...options };
  return declareFeature('top_k', input, rest, given({ k, max_keys: maxKeys }));
}

/** How many events each category has: a map. */
export function countBy(category: string, options: CategoryOptions): FeatureDeclaration {
  const { maxKeys, ...rest } = { ...options };
  return declareFeature('count_by', category, rest, given({ max_keys: maxKeys }));
}

/** The sum of the input in each category: a map. */
export function sumBy(input: string, category: string, options: CategoryOptions): FeatureDeclaration {
  return declareByCategory('sum_by', input, category, options);
}

/** The mean of the input in each category: a map. */
export function meanBy(input: string, category: string, options: CategoryOptions): FeatureDeclaration {
  return declareByCategory('mean_by', input, category, options);
}

function declareByCategory(
  operation: 'sum_by' | 'mean_by',
  input: string,
  category: string,
  options: CategoryOptions,
): FeatureDeclaration {
  const { maxKeys, ...rest } = { ...options };
  return declareFeature(operation, input, rest, given({ max_keys: maxKeys }), category);
}

/** A list in a feature's parameters; what is no list is left for the compiler to refuse. */
function listed(name: string, numbers: readonly number[]): FeatureDeclaration['parameters'] {
  if (!Array.isArray(numbers)) return { [`${name}0`]: numbers as unknown as number };
  return Object.fromEntries(numbers.map((number, i) => [`${name}${i}`, number]));
}
