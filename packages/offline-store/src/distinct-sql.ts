import type { Lane } from '@forebay/algebra';
import type { StateSql } from './component-form';
import { bytesOf } from './state-bytes';

/**
 * An exact set of hashes up to the bound, beyond it the HyperLogLog registers made from all of them: a register is the top 12 bits,
 * its rank 53 − the bit length of the low 52, read from the exponent of an exact double.
 */
export function distinct(lane: Lane, exact: number): StateSql {
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
