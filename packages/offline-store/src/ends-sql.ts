import type { Lane } from '@forebay/algebra';
import { type ComponentSql, countName, type StateSql } from './component-form';
import { SIGN_BIT } from './event-rows-sql';
import { bytesOf, column, eightBytes, fourBytes } from './state-bytes';

type End = 'first' | 'last';

/**
 * First and last are the smallest and largest of one 256-bit number: event time, tie, value, each mapped to an unsigned integer
 * of the same order. It decides ties as the algebra does, and holds the whole state.
 */
export function fixedEnd(lane: Lane, kind: End): ComponentSql {
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

const POSITION_KEY = `bitOr(bitShiftLeft(toUInt128(bitXor(reinterpretAsUInt64(et), ${SIGN_BIT})), 64), toUInt128(tie))`;

function orderKey(lane: Lane): string {
  return `bitOr(bitShiftLeft(toUInt256(${POSITION_KEY}), 64), toUInt256(${orderedBits(lane)}))`;
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

const positionTime = (key: string) => timeOf(`toUInt64(bitShiftRight(${key}, 64))`);
const positionTie = (key: string) => `toUInt64(bitAnd(${key}, toUInt128(18446744073709551615)))`;

/** Where no two events share (time, tie), the position alone decides, which is five times as fast as a pair with the string. */
export function stringEnd(lane: Lane, kind: End, tiesRepeat: boolean): StateSql {
  const extremum = kind === 'first' ? 'min' : 'max';
  const arg = kind === 'first' ? 'argMin' : 'argMax';
  const [value, at] = [`${kind}s${lane.index}`, `${kind}p${lane.index}`];
  const order = tiesRepeat ? `(${POSITION_KEY}, x${lane.index})` : POSITION_KEY;
  return {
    aggregates: {
      [value]: `${arg}If(x${lane.index}, ${order}, p${lane.index})`,
      [at]: `${extremum}If(${POSITION_KEY}, p${lane.index})`,
    },
    state: `concat(${eightBytes(positionTime(at))}, ${eightBytes(positionTie(at))}, ${value})`,
  };
}

/** The n earliest or latest values, from the end inwards, in memory that n bounds. */
export function nEnds(lane: Lane, kind: End, n: number): StateSql {
  return lane.cell === 'string' ? stringEnds(lane, kind, n) : numberEnds(lane, kind, n);
}

/** ClickHouse keeps the n smallest; the n largest are the n smallest complements. */
const complemented = (kind: End, bits: string) => (kind === 'first' ? bits : `bitNot(${bits})`);
const endsName = (lane: Lane, kind: End, n: number) => `${kind === 'first' ? 'f' : 'l'}n${n}_${lane.index}`;

function numberEnds(lane: Lane, kind: End, n: number): StateSql {
  const name = endsName(lane, kind, n);
  const value = `reinterpretAsUInt64(${lane.cell === 'int64' ? keyInteger('k') : keyDouble('k')})`;
  const entry = `[reinterpretAsUInt64(${keyTime('k')}), ${keyTie('k')}, ${value}]`;
  const keys = `arrayMap(c -> ${complemented(kind, 'c')}, ${name})`;
  return {
    aggregates: {
      [name]: `groupArraySortedIf(${n})(${complemented(kind, orderKey(lane))}, p${lane.index})`,
    },
    state: bytesOf(`arrayFlatten(arrayMap(k -> ${entry}, ${keys}))`),
  };
}

/**
 * For complements bytes are made prefix-free (a zero byte becomes 0, 255; the end is 0, 0), so that their order is exactly the
 * reverse of the order of the strings.
 */
function stringEnds(lane: Lane, kind: End, n: number): StateSql {
  const name = endsName(lane, kind, n);
  const x = `x${lane.index}`;
  const sorted = kind === 'first' ? x : `bitNot(concat(replaceAll(${x}, '\\0', '\\0\\xFF'), '\\0\\0'))`;
  const text =
    kind === 'first' ? 'c.2' : `replaceAll(substring(bitNot(c.2), 1, length(c.2) - 2), '\\0\\xFF', '\\0')`;
  const entry = `arrayMap((k, s) -> concat(${eightBytes(positionTime('k'))}, ${eightBytes(positionTie('k'))}, ${fourBytes('toUInt32(length(s))')}, s), [${complemented(kind, 'c.1')}], [${text}])[1]`;
  return {
    aggregates: {
      [name]: `groupArraySortedIf(${n})((${complemented(kind, POSITION_KEY)}, ${sorted}), p${lane.index})`,
    },
    state: `arrayStringConcat(arrayMap(c -> ${entry}, ${name}))`,
  };
}
