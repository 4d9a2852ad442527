import {
  declareCounting,
  declareFeature,
  type FeatureDeclaration,
  type FeatureOptions,
  given,
} from './feature-declaration';

/** How many events; with an input, how many in which it is not null. */
export function count(options: FeatureOptions): FeatureDeclaration;
export function count(input: string, options: FeatureOptions): FeatureDeclaration;
export function count(...args: [FeatureOptions] | [string, FeatureOptions]): FeatureDeclaration {
  return declareCounting('count', args);
}

/** 0 over no events; of integers exact below 2^53. */
export function sum(input: string, options: FeatureOptions): FeatureDeclaration {
  return declareFeature('sum', input, options);
}

export function mean(input: string, options: FeatureOptions): FeatureDeclaration {
  return declareFeature('mean', input, options);
}

export function min(input: string, options: FeatureOptions): FeatureDeclaration {
  return declareFeature('min', input, options);
}

export function max(input: string, options: FeatureOptions): FeatureDeclaration {
  return declareFeature('max', input, options);
}

export interface SpreadOptions extends FeatureOptions {
  /** Divide by n − 1 instead of n: null for fewer than two values. */
  sample?: boolean;
}

/** Of the population, or with `sample` of the sample. */
export function variance(input: string, options: SpreadOptions): FeatureDeclaration {
  return declareSpread('variance', input, options);
}

/** Of the population, or with `sample` of the sample. */
export function stddev(input: string, options: SpreadOptions): FeatureDeclaration {
  return declareSpread('stddev', input, options);
}

function declareSpread(
  operation: 'variance' | 'stddev',
  input: string,
  options: SpreadOptions,
): FeatureDeclaration {
  const { sample, ...rest } = { ...options };
  return declareFeature(
    operation,
    input,
    rest,
    given({ sample: sample === undefined ? undefined : Number(sample) }),
  );
}

/** Of the population: (Σ(x − mean)³ / n) / (Σ(x − mean)² / n)^1.5; null where all values are equal. */
export function skewness(input: string, options: FeatureOptions): FeatureDeclaration {
  return declareFeature('skewness', input, options);
}

/** The value of the earliest event. */
export function first(input: string, options: FeatureOptions): FeatureDeclaration {
  return declareFeature('first', input, options);
}

/** The value of the latest event. */
export function last(input: string, options: FeatureOptions): FeatureDeclaration {
  return declareFeature('last', input, options);
}

/** The values of the n earliest events, earliest first; n from 1 to 100. */
export function firstN(input: string, n: number, options: FeatureOptions): FeatureDeclaration {
  return declareFeature('first_n', input, options, given({ n }));
}

/** The values of the n latest events, newest first; n from 1 to 100. */
export function lastN(input: string, n: number, options: FeatureOptions): FeatureDeclaration {
  return declareFeature('last_n', input, options, given({ n }));
}
