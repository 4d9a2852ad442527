import type { FixedComponent, Lane, VariableComponent } from '@forebay/algebra';
import { SIGN_BIT } from './event-rows-sql';

/**
 * How ClickHouse makes one component of a batch list (docs/CODEC.md): aggregates over a segment's events, cells made of them, and
 * the column made of the cells of all of an entity's segments. An aggregate is known by its name, so components share them.
 */
export interface ComponentSql {
  readonly aggregates: Readonly<Record<string, string>>;
  /** Over the aggregates; each becomes an array over the entity's segments. */
  readonly cells: readonly string[];
  /** The bytes of the column, with its type code, from the arrays of the cells. */
  readonly column: (...arrays: string[]) => string;
}

const INT32_MAX = 2_147_483_647;
const INT64_MAX = "toInt64('9223372036854775807')";
const INT64_MIN = "toInt64('-9223372036854775808')";
/** The largest integer below which every double is exact. */
const EXACT = 'toInt128(9007199254740992)';

const column = (code: number, ...arrays: string[]) =>
  `concat(char(${code}), ${arrays.map(bytesOf).join(', ')})`;
/** Little-endian bytes of an array of numbers; zero bytes are kept. */
const bytesOf = (array: string) => `reinterpret(${array}, 'String')`;
const asType = (array: string, type: string) => `CAST(${array}, 'Array(${type})')`;
const floats = (array: string) => asType(array, 'Float64');

/** Unsigned counts in the narrowest of u16, u32 and f64 that holds them all. */
export function countColumn(array: string): string {
  const wide = `if(arrayMax(${array}) < 4294967296, ${column(4, asType(array, 'UInt32'))}, ${column(8, floats(array))})`;
  return `if(arrayMax(${array}) < 65536, ${column(2, asType(array, 'UInt16'))}, ${wide})`;
}

export function fixedComponentSql(component: FixedComponent): ComponentSql {
  const { lane } = component;
  const counted = { [countName(lane)]: `countIf(p${lane.index})` };
  const made = FIXED[component.kind](lane);
  return { ...made, aggregates: { ...counted, ...made.aggregates } };
}

export function variableComponentSql(component: VariableComponent, tiesRepeat: boolean): ComponentSql {
  const { lane } = component;
  const counted = { [countName(lane)]: `countIf(p${lane.index})` };
  const made = VARIABLE[component.kind](lane, component.parameter, tiesRepeat);
  const cells = [`if(${countName(lane)} = 0, '', ${made.state})`];
  return { aggregates: { ...counted, ...made.aggregates }, cells, column: variableColumn };
}

const countName = (lane: Lane) => `n${lane.index}`;

function variableColumn(array: string): string {
  return `concat(char(1), ${bytesOf(`arrayMap(state -> toUInt32(length(state)), ${array})`)}, arrayStringConcat(${array}))`;
}

const FIXED: Readonly<Record<FixedComponent['kind'], (lane: Lane) => ComponentSql>> = {
  count: (lane) => ({ aggregates: {}, cells: [countName(lane)], column: countColumn }),
  sum: (lane) => (lane.integer ? integerSum(lane) : doubleSum(lane)),
  min: (lane) => extreme(lane, 'min', 'inf', String(INT32_MAX), INT64_MAX),
  max: (lane) => extreme(lane, 'max', '-inf', String(-INT32_MAX - 1), INT64_MIN),
  moments,
  first: (lane) => end(lane, 'first'),
  last: (lane) => end(lane, 'last'),
  max_time: (lane) => ({
    aggregates: { [`mt${lane.index}`]: `maxIf(et, p${lane.index})` },
    cells: [`if(${countName(lane)} = 0, -inf, toFloat64(mt${lane.index}))`],
    column: (array) => column(8, array),
  }),
};

/**
 * Exact: i32 where all fit, else doubles, else pairs of doubles whose sum is the integer. The pair is split by integer division at
 * 2^53, since ClickHouse's conversion between Int128 and Float64 is not exact beyond 2^64.
 */
function integerSum(lane: Lane): ComponentSql {
  const name = `si${lane.index}`;
  const exactFloats = (array: string) => floats(asType(array, 'Int64'));
  return {
    aggregates: { [name]: `sumIf(toInt128(x${lane.index}), p${lane.index})` },
    cells: [name],
    column: (array) => {
      const high = `arrayMap(s -> toFloat64(toInt64(intDiv(s, ${EXACT}))) * 9007199254740992., ${array})`;
      const low = exactFloats(`arrayMap(s -> s - intDiv(s, ${EXACT}) * ${EXACT}, ${array})`);
      const doubles = column(8, exactFloats(array));
      const wide = `if(arrayAll(s -> abs(s) <= ${EXACT}, ${array}), ${doubles}, ${column(16, high, low)})`;
      const narrow = `arrayAll(s -> s >= ${-INT32_MAX - 1} AND s <= ${INT32_MAX}, ${array})`;
      return `if(${narrow}, ${column(4, asType(array, 'Int32'))}, ${wide})`;
    },
  };
}

/** Kahan's compensated sum; ClickHouse adds in any order. */
function doubleSum(lane: Lane): ComponentSql {
  const name = `sk${lane.index}`;
  return { aggregates: { [name]: compensatedSum(lane) }, cells: [name], column: (array) => column(8, array) };
}

const compensatedSum = (lane: Lane) => `sumKahanIf(toFloat64(x${lane.index}), p${lane.index})`;

function extreme(
  lane: Lane,
  kind: 'min' | 'max',
  none: string,
  none32: string,
  none64: string,
): ComponentSql {
  const name = `${kind}${lane.index}`;
  const aggregates = { [name]: `${kind}If(x${lane.index}, p${lane.index})` };
  const empty = `${countName(lane)} = 0`;
  if (lane.inputType === 'int64')
    return { aggregates, cells: [`if(${empty}, ${none64}, ${name})`], column: (array) => column(9, array) };
  if (lane.inputType === 'int32') {
    return {
      aggregates,
      cells: [`toInt32(if(${empty}, toInt64(${none32}), ${name}))`],
      column: (array) => column(4, array),
    };
  }
  return {
    aggregates,
    cells: [`if(${empty}, ${none}, toFloat64(${name}))`],
    column: (array) => column(8, array),
  };
}

/** Welford's update and Chan's merge (varPopStable), never sums of squares; a spread within rounding of the mean is none. */
function moments(lane: Lane): ComponentSql {
  const n = countName(lane);
  const [sum, spread] = [`sk${lane.index}`, `m2${lane.index}`];
  const mean = `${sum} / ${n}`;
  return {
    aggregates: {
      [sum]: compensatedSum(lane),
      [spread]: `varPopStableIf(toFloat64(x${lane.index}), p${lane.index})`,
    },
    cells: [
      `if(${n} = 0, 0., ${mean})`,
      `if(${n} = 0 OR ${spread} <= pow(1e-14 * ${mean}, 2), 0., ${spread} * ${n})`,
    ],
    column: (means, spreads) => column(8, means, spreads),
  };
}

/**
 * First and last are the smallest and largest of one 256-bit number: event time, tie, value, each mapped to an unsigned integer
 * of the same order. It decides ties as the algebra does, and holds the whole state.
 */
function end(lane: Lane, kind: 'first' | 'last'): ComponentSql {
  const name = `${kind}${lane.index}`;
  const none = `${countName(lane)} = 0`;
  const value = lane.cell === 'int64' ? keyInteger(name) : keyDouble(name);
  return {
    aggregates: { [name]: `${kind === 'first' ? 'min' : 'max'}If(${orderKey(lane)}, p${lane.index})` },
    cells: [
      `if(${none}, ${kind === 'first' ? 'inf' : '-inf'}, ${keyTime(name)})`,
      `if(${none}, toUInt64(0), ${keyTie(name)})`,
      `if(${none}, ${lane.cell === 'int64' ? 'toInt64(0)' : '0.'}, ${value})`,
    ],
    column: (times, ties, values) => column(lane.cell === 'int64' ? 9 : 8, times, ties, values),
  };
}

const positionKey = `bitOr(bitShiftLeft(toUInt128(bitXor(reinterpretAsUInt64(et), ${SIGN_BIT})), 64), toUInt128(tie))`;

function orderKey(lane: Lane): string {
  return `bitOr(bitShiftLeft(toUInt256(${positionKey}), 64), toUInt256(${orderedBits(lane)}))`;
}

/** Integers by flipping the sign bit; doubles by the same, and for negative ones all bits. */
function orderedBits(lane: Lane): string {
  const x = `x${lane.index}`;
  if (lane.cell === 'int64') return `bitXor(reinterpretAsUInt64(${x}), ${SIGN_BIT})`;
  const bits = `reinterpretAsUInt64(toFloat64(${x}))`;
  return `if(bitTest(${bits}, 63), bitNot(${bits}), bitOr(${bits}, ${SIGN_BIT}))`;
}

const timeOf = (bits: string) => `toFloat64(reinterpretAsInt64(bitXor(${bits}, ${SIGN_BIT})))`;
const keyTime = (key: string) => timeOf(`toUInt64(bitShiftRight(${key}, 128))`);
const keyTie = (key: string) =>
  `toUInt64(bitAnd(bitShiftRight(${key}, 64), toUInt256(18446744073709551615)))`;
const keyBits = (key: string) => `toUInt64(bitAnd(${key}, toUInt256(18446744073709551615)))`;
const keyInteger = (key: string) => `reinterpretAsInt64(bitXor(${keyBits(key)}, ${SIGN_BIT}))`;
const keyDouble = (key: string) =>
  `reinterpretAsFloat64(if(bitTest(${keyBits(key)}, 63), bitXor(${keyBits(key)}, ${SIGN_BIT}), bitNot(${keyBits(key)})))`;

interface VariableSql {
  readonly aggregates: Readonly<Record<string, string>>;
  /** The state's bytes over at least one event. */
  readonly state: string;
}

const VARIABLE: Readonly<
  Record<VariableComponent['kind'], (lane: Lane, parameter: number, tiesRepeat: boolean) => VariableSql>
> = {
  first_string: (lane, _, tiesRepeat) => stringEnd(lane, 'first', tiesRepeat),
  last_string: (lane, _, tiesRepeat) => stringEnd(lane, 'last', tiesRepeat),
  last_n: (lane, n) => (lane.cell === 'string' ? lastStrings(lane, n) : lastNumbers(lane, n)),
  distinct,
};

/** 8 bytes, zeros kept: a FixedString, which concat keeps whole. */
const eightBytes = (number: string) => `reinterpret(${number}, 'FixedString(8)')`;
const positionTime = (key: string) => timeOf(`toUInt64(bitShiftRight(${key}, 64))`);
const positionTie = (key: string) => `toUInt64(bitAnd(${key}, toUInt128(18446744073709551615)))`;

/** Where no two events share (time, tie), the position alone decides, which is five times as fast as a pair with the string. */
function stringEnd(lane: Lane, kind: 'first' | 'last', tiesRepeat: boolean): VariableSql {
  const extremum = kind === 'first' ? 'min' : 'max';
  const arg = kind === 'first' ? 'argMin' : 'argMax';
  const [value, at] = [`${kind}s${lane.index}`, `${kind}p${lane.index}`];
  const order = tiesRepeat ? `(${positionKey}, x${lane.index})` : positionKey;
  return {
    aggregates: {
      [value]: `${arg}If(x${lane.index}, ${order}, p${lane.index})`,
      [at]: `${extremum}If(${positionKey}, p${lane.index})`,
    },
    state: `concat(${eightBytes(positionTime(at))}, ${eightBytes(positionTie(at))}, ${value})`,
  };
}

/** The n largest keys: the n smallest of their complements, which is what ClickHouse keeps in bounded memory. */
function lastNumbers(lane: Lane, n: number): VariableSql {
  const name = `ln${n}_${lane.index}`;
  const value =
    lane.cell === 'int64'
      ? `reinterpretAsUInt64(${keyInteger('k')})`
      : `reinterpretAsUInt64(${keyDouble('k')})`;
  const entry = `[reinterpretAsUInt64(${keyTime('k')}), ${keyTie('k')}, ${value}]`;
  return {
    aggregates: { [name]: `groupArraySortedIf(${n})(bitNot(${orderKey(lane)}), p${lane.index})` },
    state: bytesOf(`arrayFlatten(arrayMap(c -> arrayMap(k -> ${entry}, [bitNot(c)])[1], ${name}))`),
  };
}

/**
 * The same for strings. Bytes are made prefix-free (a zero byte becomes 0, 255; the end is 0, 0) so that the order of the
 * complements is exactly the reverse of the order of the strings.
 */
function lastStrings(lane: Lane, n: number): VariableSql {
  const name = `ln${n}_${lane.index}`;
  const reversed = `bitNot(concat(replaceAll(x${lane.index}, '\\0', '\\0\\xFF'), '\\0\\0'))`;
  const text = `replaceAll(substring(bitNot(c.2), 1, length(c.2) - 2), '\\0\\xFF', '\\0')`;
  const entry = `arrayMap((k, s) -> concat(${eightBytes(positionTime('k'))}, ${eightBytes(positionTie('k'))}, reinterpret(toUInt32(length(s)), 'FixedString(4)'), s), [bitNot(c.1)], [${text}])[1]`;
  return {
    aggregates: { [name]: `groupArraySortedIf(${n})((bitNot(${positionKey}), ${reversed}), p${lane.index})` },
    state: `arrayStringConcat(arrayMap(c -> ${entry}, ${name}))`,
  };
}

/**
 * An exact set of hashes up to the bound, beyond it the HyperLogLog registers made from all of them: a register is the top 12 bits,
 * its rank 53 − the bit length of the low 52, read from the exponent of an exact double.
 */
function distinct(lane: Lane, exact: number): VariableSql {
  const [set, ranks] = [`ds${exact}_${lane.index}`, `dr${lane.index}`];
  const hash = lane.cell === 'string' ? `xxHash64(x${lane.index})` : `xxHash64(toInt64(x${lane.index}))`;
  const low = `bitAnd(${hash}, 4503599627370495)`;
  const rank = `if(${low} = 0, 53, 1075 - toInt32(bitShiftRight(reinterpretAsUInt64(toFloat64(${low})), 52)))`;
  const packed = `toUInt32(bitShiftRight(${hash}, 52)) * 64 + toUInt32(${rank})`;
  return {
    aggregates: {
      [set]: `groupUniqArrayIf(${exact + 1})(${hash}, p${lane.index})`,
      [ranks]: `groupUniqArrayIf(${packed}, p${lane.index})`,
    },
    state: `if(length(${set}) <= ${exact}, concat(char(0), ${bytesOf(`arraySort(${set})`)}), concat(char(1), ${registersSql(ranks)}))`,
  };
}

/** 4,096 bytes from sorted (register × 64 + rank): of each register the highest rank, the gaps filled with zeros. */
function registersSql(ranks: string): string {
  const sorted = `arraySort(${ranks})`;
  const highest = `arrayFilter((r, next) -> intDiv(r, 64) != intDiv(next, 64), ${sorted}, arrayPushBack(arrayPopFront(${sorted}), toUInt32(4294967295)))`;
  const filled = `arrayMap((r, before) -> concat(repeat('\\0', toInt64(intDiv(r, 64)) - before - 1), char(r % 64)), h,
    arrayPushFront(arrayPopBack(arrayMap(r -> toInt64(intDiv(r, 64)), h)), toInt64(-1)))`;
  return `arrayMap(h -> rightPad(arrayStringConcat(${filled}), 4096, '\\0'), [${highest}])[1]`;
}
