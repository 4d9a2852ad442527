import {
  countBy,
  distinctCount,
  histogram,
  meanBy,
  quantile,
  quantiles,
  sumBy,
  topK,
} from '../distribution-declarations';
import { declareFeature, type FeatureDeclaration } from '../feature-declaration';
import {
  first,
  firstN,
  last,
  lastN,
  max,
  mean,
  min,
  skewness,
  stddev,
  sum,
  variance,
} from '../feature-declarations';
import type { OperationName } from '../operations';
import { decayedCount, decayedSum, sessionSum } from '../time-declarations';

/** A feature as written, without its operation. */
type Written = Readonly<Record<string, unknown>>;
type Declare = (written: Written) => FeatureDeclaration;

/**
 * What the functions of operations take as arguments and options is one mapping in YAML. Values of any type come in:
 * compiling refuses what does not fit, as it does with declarations of a JavaScript file.
 */
const DECLARE = {
  count: counting('count'),
  sum: ofInput(sum),
  mean: ofInput(mean),
  min: ofInput(min),
  max: ofInput(max),
  variance: ofInput(variance),
  stddev: ofInput(stddev),
  skewness: ofInput(skewness),
  first: ofInput(first),
  last: ofInput(last),
  first_n: ofInputAnd('n', firstN),
  last_n: ofInputAnd('n', lastN),
  distinct_count: ofInput(distinctCount),
  quantile: ofInputAnd('q', quantile),
  quantiles: ofInputAnd('quantiles', quantiles),
  top_k: ofInputAnd('k', topK),
  histogram: ofInputAnd('bounds', histogram),
  count_by: ({ category = null, ...options }) => countBy(category as never, options as never),
  sum_by: ofInputAnd('category', sumBy),
  mean_by: ofInputAnd('category', meanBy),
  decayed_sum: ofInput(decayedSum),
  decayed_count: ({ input, ...options }) =>
    input === undefined ? decayedCount(options as never) : decayedCount(input as never, options as never),
  rate: counting('rate'),
  time_since_last: counting('time_since_last'),
  session_events: counting('session_events'),
  session_sum: ofInput(sessionSum),
  session_duration: counting('session_duration'),
  session_count: counting('session_count'),
} as const satisfies Record<OperationName, Declare>;

/** The declaration of a feature that is written as a mapping with an operation; compiling checks what it says. */
export function declareWrittenFeature({ operation, ...written }: Written): FeatureDeclaration {
  if (typeof operation === 'string' && Object.hasOwn(DECLARE, operation)) {
    return DECLARE[operation as OperationName](written);
  }
  return declareFeature(operation as OperationName, null, written as never);
}

/** Of operations that take whole events, or an input. */
function counting(operation: OperationName): Declare {
  return ({ input = null, ...options }) => declareFeature(operation, input as never, options as never);
}

function ofInput(declare: (input: never, options: never) => FeatureDeclaration): Declare {
  return ({ input = null, ...options }) => declare(input as never, options as never);
}

function ofInputAnd(
  name: string,
  declare: (input: never, argument: never, options: never) => FeatureDeclaration,
): Declare {
  return ({ input = null, [name]: argument, ...options }) =>
    declare(input as never, argument as never, options as never);
}
