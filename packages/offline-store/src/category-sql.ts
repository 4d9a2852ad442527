import type { Lane } from '@forebay/algebra';
import type { StateSql } from './component-form';
import { integerPair } from './moments-sql';
import { sortedRuns, sumsOfRuns } from './sorted-runs';
import { bytesOf, eightBytes, fourBytes, withNames } from './state-bytes';

const MAP = 'char(0)';
const OVERFLOW = 'char(1)';

const differ = (before: string, after: string) => `${before} != ${after}`;

/** How many events each value of the input has. */
export function categoryCounts(lane: Lane, maxKeys: number): StateSql {
  const name = `ck${lane.index}`;
  const isText = lane.cell === 'string';
  const { keys, counts } = keysAndCounts(name, isText);
  return {
    aggregates: { [name]: `arraySort(groupArrayIf(${keySql(`x${lane.index}`, isText)}, p${lane.index}))` },
    state: withNames({ keys, counts }, mapSql(maxKeys, entriesSql(isText, { count: 'counts' }))),
  };
}

/** Count and sum of the input by category. The two arrays of a group are filled in the same order. */
export function categorySums(lane: Lane, maxKeys: number): StateSql {
  const [categories, values] = [`cy${lane.index}`, `cx${lane.index}`];
  const isText = lane.byType === 'string';
  const parts = lane.integer ? integerPair('s') : ['s', '0.'];
  const { keys, counts } = keysAndCounts('sorted', isText);
  const sums = sumsOfRuns(`arraySort((x, y) -> y, ${values}, ${categories})`, 'sorted', differ, lane.integer);
  const [high, low] = parts.map((part) => `arrayMap(s -> ${part}, sums)`) as [string, string];
  const entries = entriesSql(isText, { count: 'counts', high, low });
  return {
    aggregates: {
      [categories]: `groupArrayIf(${keySql(`y${lane.index}`, isText)}, p${lane.index})`,
      [values]: `groupArrayIf(x${lane.index}, p${lane.index})`,
    },
    state: withNames(
      { sorted: `arraySort(${categories})` },
      withNames({ keys, counts, sums }, mapSql(maxKeys, entries)),
    ),
  };
}

const keySql = (value: string, isText: boolean) => (isText ? value : `toInt64(${value})`);

function keysAndCounts(sorted: string, isText: boolean): { keys: string; counts: string } {
  const other = (key: string) => (isText ? `concat(${key}, '.')` : `bitNot(${key})`);
  const outside = { before: other(`${sorted}[1]`), after: other(`${sorted}[-1]`) };
  const { lasts, lengths } = sortedRuns(sorted, differ, outside);
  return { keys: lasts, counts: `arrayMap(size -> toFloat64(size), ${lengths})` };
}

const mapSql = (maxKeys: number, entries: string) =>
  `if(length(keys) > ${maxKeys}, ${OVERFLOW}, concat(${MAP}, ${entries}))`;

/** Key, then doubles, entry by entry; `keys` and the arrays of the numbers are parallel. */
function entriesSql(isText: boolean, numbers: Readonly<Record<string, string>>): string {
  const names = Object.keys(numbers);
  const parameters = ['k', ...names].join(', ');
  const arrays = ['keys', ...Object.values(numbers)].join(', ');
  if (isText) {
    const parts = [fourBytes('toUInt32(length(k))'), 'k', ...names.map(eightBytes)];
    return `arrayStringConcat(arrayMap((${parameters}) -> concat(${parts.join(', ')}), ${arrays}))`;
  }
  const words = ['k', ...names].map((name) => `reinterpretAsUInt64(${name})`);
  return bytesOf(`arrayFlatten(arrayMap((${parameters}) -> [${words.join(', ')}], ${arrays}))`);
}
