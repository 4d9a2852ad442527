import type { Lane } from '@forebay/algebra';
import { type ComponentSql, countName } from './component-form';
import { asFloats, asType, column } from './state-bytes';

const INT32_MAX = 2_147_483_647;
const INT64_MAX = "toInt64('9223372036854775807')";
const INT64_MIN = "toInt64('-9223372036854775808')";
/** The largest integer below which every double is exact. */
const EXACT = 'toInt128(9007199254740992)';
const EXACT_DOUBLE = '9007199254740992.';

export function sum(lane: Lane): ComponentSql {
  return lane.integer ? integerSum(lane) : doubleSum(lane);
}

/**
 * Exact: i32 where all fit, else doubles, else pairs of doubles whose sum is the integer.
 */
function integerSum(lane: Lane): ComponentSql {
  const name = `si${lane.index}`;
  const exactFloats = (array: string) => asFloats(asType(array, 'Int64'));
  return {
    aggregates: { [name]: `sumIf(toInt128(x${lane.index}), p${lane.index})` },
    cells: [name],
    column: (array) => {
      const [high, low] = integerPair('s').map((part) => `arrayMap(s -> ${part}, ${array})`) as [
        string,
        string,
      ];
      const doubles = column(8, exactFloats(array));
      const wide = `if(arrayAll(s -> abs(s) <= ${EXACT}, ${array}), ${doubles}, ${column(16, high, low)})`;
      const narrow = `arrayAll(s -> s >= ${-INT32_MAX - 1} AND s <= ${INT32_MAX}, ${array})`;
      return `if(${narrow}, ${column(4, asType(array, 'Int32'))}, ${wide})`;
    },
  };
}

/**
 * An Int128 as the nearest double, and what is missing. It is split by integer division at 2^53, since ClickHouse's own
 * conversion to Float64 is not exact beyond 2^64; the parts are added with their rounding error (Dekker's fast two-sum).
 */
export function integerPair(integer: string): [high: string, low: string] {
  const upper = `toFloat64(toInt64(intDiv(${integer}, ${EXACT}))) * ${EXACT_DOUBLE}`;
  const lower = `toFloat64(toInt64(${integer} - intDiv(${integer}, ${EXACT}) * ${EXACT}))`;
  return [`(${upper} + ${lower})`, `(${lower} - ((${upper} + ${lower}) - ${upper}))`];
}

/** Kahan's compensated sum; ClickHouse adds in any order. */
function doubleSum(lane: Lane): ComponentSql {
  const name = sumName(lane);
  return {
    aggregates: { [name]: compensatedSum(lane) },
    cells: [name],
    column: (array) => column(8, array),
  };
}

const sumName = (lane: Lane) => `sk${lane.index}`;
const compensatedSum = (lane: Lane) => `sumKahanIf(toFloat64(x${lane.index}), p${lane.index})`;

const NOTHING = {
  min: { double: 'inf', int32: String(INT32_MAX), int64: INT64_MAX },
  max: { double: '-inf', int32: String(-INT32_MAX - 1), int64: INT64_MIN },
} as const;

export function extreme(lane: Lane, kind: 'min' | 'max'): ComponentSql {
  const name = `${kind}${lane.index}`;
  const nothing = NOTHING[kind];
  const aggregates = { [name]: `${kind}If(x${lane.index}, p${lane.index})` };
  const empty = `${countName(lane)} = 0`;
  if (lane.inputType === 'int64')
    return { aggregates, cells: [`if(${empty}, ${nothing.int64}, ${name})`], column: (a) => column(9, a) };
  if (lane.inputType === 'int32') {
    const cells = [`toInt32(if(${empty}, toInt64(${nothing.int32}), ${name}))`];
    return { aggregates, cells, column: (a) => column(4, a) };
  }
  return {
    aggregates,
    cells: [`if(${empty}, ${nothing.double}, toFloat64(${name}))`],
    column: (a) => column(8, a),
  };
}

export function maxTime(lane: Lane): ComponentSql {
  const name = maxTimeName(lane);
  return {
    aggregates: maxTimeAggregate(lane),
    cells: [`if(${countName(lane)} = 0, -inf, toFloat64(${name}))`],
    column: (array) => column(8, array),
  };
}

export const maxTimeName = (lane: Lane) => `mt${lane.index}`;
export const maxTimeAggregate = (lane: Lane) => ({ [maxTimeName(lane)]: `maxIf(et, p${lane.index})` });

/** A spread within rounding of the mean is none: `spread` is M2 / n. */
const isNoise = (spread: string, mean: string) => `${spread} <= pow(1e-14 * ${mean}, 2)`;

/** Welford's update and Chan's merge (varPopStable), never sums of squares. */
export function moments(lane: Lane): ComponentSql {
  const n = countName(lane);
  const [total, spread] = [sumName(lane), `m2${lane.index}`];
  const mean = `${total} / ${n}`;
  return {
    aggregates: {
      [total]: compensatedSum(lane),
      [spread]: `varPopStableIf(toFloat64(x${lane.index}), p${lane.index})`,
    },
    cells: [`if(${n} = 0, 0., ${mean})`, `if(${n} = 0 OR ${isNoise(spread, mean)}, 0., ${spread} * ${n})`],
    column: (means, spreads) => column(8, means, spreads),
  };
}

/**
 * Two passes over a segment's values, since ClickHouse has no stable third moment: it holds 8 bytes for each event of the
 * segment. The sums of both passes are compensated.
 */
export function skew(lane: Lane): ComponentSql {
  const n = countName(lane);
  const [total, values] = [sumName(lane), `xs${lane.index}`];
  const mean = `${total} / ${n}`;
  const power = (factors: number) =>
    `arrayReduce('sumKahan', arrayMap(v -> ${new Array<string>(factors).fill(`(v - ${mean})`).join(' * ')}, ${values}))`;
  const nothing = `${n} = 0 OR ${isNoise(`${power(2)} / ${n}`, mean)}`;
  return {
    aggregates: {
      [total]: compensatedSum(lane),
      [values]: `groupArrayIf(toFloat64(x${lane.index}), p${lane.index})`,
    },
    cells: [`if(${n} = 0, 0., ${mean})`, ...[2, 3].map((factors) => `if(${nothing}, 0., ${power(factors)})`)],
    column: (means, seconds, thirds) => column(8, means, seconds, thirds),
  };
}
