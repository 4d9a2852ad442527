import type { Lane } from '@forebay/algebra';
import { countName, type StateSql } from './component-form';
import { sortedRuns } from './sorted-runs';
import { bytesOf, doubleSql, eightBytes } from './state-bytes';

const U32_MAX = 4_294_967_295;

/** The buckets of the lane's values, ascending, with their counts as one u64: the bucket below (i32), the count above (u32). */
export function quantile(lane: Lane): StateSql {
  const [x, p] = [`toFloat64(x${lane.index})`, `p${lane.index}`];
  const [buckets, min, max] = [`qb${lane.index}`, `qn${lane.index}`, `qx${lane.index}`];
  // zero times what stands in the brackets is 0
  const bucket = `toInt32(sign(${x}) * (toInt64(bitShiftRight(reinterpretAsUInt64(abs(${x})), 46)) + 1))`;
  const { lasts, lengths } = sortedRuns(buckets, (before, after) => `${before} != ${after}`, {
    before: `bitNot(${buckets}[1])`,
    after: `bitNot(${buckets}[-1])`,
  });
  const entry = `bitOr(toUInt64(reinterpretAsUInt32(bucket)), bitShiftLeft(least(size, toUInt64(${U32_MAX})), 32))`;
  const entries = `arrayMap((bucket, size) -> ${entry}, ${lasts}, ${lengths})`;
  return {
    aggregates: {
      [buckets]: `arraySort(groupArrayIf(${bucket}, ${p}))`,
      [min]: `minIf(${x}, ${p})`,
      [max]: `maxIf(${x}, ${p})`,
    },
    state: `concat(${eightBytes(min)}, ${eightBytes(max)}, ${bytesOf(entries)})`,
  };
}

/** Of each bound the number of values from it on: bounded memory, whatever the number of events. */
export function histogram(lane: Lane, bounds: readonly number[]): StateSql {
  const names = bounds.map((bound) => `hb${lane.index}_${bitsOf(bound)}`);
  const reached = [countName(lane), ...names, '0'];
  const bins = names.concat('').map((_, i) => `toFloat64(${reached[i]} - ${reached[i + 1]})`);
  return {
    aggregates: Object.fromEntries(
      bounds.map((bound, i) => [
        names[i],
        `countIf(p${lane.index} AND toFloat64(x${lane.index}) >= ${doubleSql(bound)})`,
      ]),
    ),
    state: bytesOf(`[${bins.join(', ')}]`),
  };
}

function bitsOf(bound: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, bound);
  return view.getBigUint64(0).toString(16);
}
