import type { WindowDeclaration } from './declarations';
import type { OperationName } from './operations';

export interface FeatureOptions {
  window: WindowDeclaration;
  /** Events for which it is not true are not in the feature, on top of the view's filter. */
  filter?: string;
  description?: string;
}

export interface FeatureDeclaration {
  readonly kind: 'feature';
  readonly operation: OperationName;
  readonly input: string | null;
  readonly parameters: Readonly<Record<string, number>>;
  readonly options: FeatureOptions;
}

function declare(
  operation: OperationName,
  input: string | null,
  options: FeatureOptions,
  parameters: Readonly<Record<string, number>> = {},
): FeatureDeclaration {
  return { kind: 'feature', operation, input, parameters, options };
}

function declareCounting(
  operation: 'count' | 'time_since_last',
  args: [FeatureOptions] | [string, FeatureOptions],
): FeatureDeclaration {
  const [input, options] =
    typeof args[0] === 'string' ? [args[0], args[1] as FeatureOptions] : [null, args[0]];
  return declare(operation, input, options);
}

/** How many events; with an input, how many in which it is not null. */
export function count(options: FeatureOptions): FeatureDeclaration;
export function count(input: string, options: FeatureOptions): FeatureDeclaration;
export function count(...args: [FeatureOptions] | [string, FeatureOptions]): FeatureDeclaration {
  return declareCounting('count', args);
}

/** 0 over no events; of integers exact below 2^53. */
export function sum(input: string, options: FeatureOptions): FeatureDeclaration {
  return declare('sum', input, options);
}

export function mean(input: string, options: FeatureOptions): FeatureDeclaration {
  return declare('mean', input, options);
}

export function min(input: string, options: FeatureOptions): FeatureDeclaration {
  return declare('min', input, options);
}

export function max(input: string, options: FeatureOptions): FeatureDeclaration {
  return declare('max', input, options);
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
  return declare(operation, input, rest, sample === undefined ? {} : { sample: Number(sample) });
}

/** The value of the earliest event. */
export function first(input: string, options: FeatureOptions): FeatureDeclaration {
  return declare('first', input, options);
}

/** The value of the latest event. */
export function last(input: string, options: FeatureOptions): FeatureDeclaration {
  return declare('last', input, options);
}

/** The values of the n latest events, newest first; n from 1 to 100. */
export function lastN(input: string, n: number, options: FeatureOptions): FeatureDeclaration {
  return declare('last_n', input, options, { n });
}

export interface DistinctCountOptions extends FeatureOptions {
  /** Up to how many distinct values the count is exact, at most 1,024; beyond it about 1.6 % off. 256 if left out. */
  exact?: number;
}

export function distinctCount(input: string, options: DistinctCountOptions): FeatureDeclaration {
  const { exact, ...rest } = { ...options };
  return declare('distinct_count', input, rest, exact === undefined ? {} : { exact });
}

/** Seconds from the latest event to the instant of the read; with an input, the latest in which it is not null. */
export function timeSinceLast(options: FeatureOptions): FeatureDeclaration;
export function timeSinceLast(input: string, options: FeatureOptions): FeatureDeclaration;
export function timeSinceLast(...args: [FeatureOptions] | [string, FeatureOptions]): FeatureDeclaration {
  return declareCounting('time_since_last', args);
}
