import type { Lane } from '@forebay/algebra';
import type { StateSql } from './component-form';
import { integerPair } from './moments-sql';
import { sortedRuns, sumsOfRuns } from './sorted-runs';
import { bytesOf, withNames } from './state-bytes';

const timesName = (lane: Lane) => `se${lane.index}`;
const timesAggregate = (lane: Lane) => ({ [timesName(lane)]: `groupArrayIf(et, p${lane.index})` });

/** Runs of events less than the gap apart: first time, last time, events. */
export function session(lane: Lane, gapMs: number): StateSql {
  return {
    aggregates: timesAggregate(lane),
    state: withNames({ times: `arraySort(${timesName(lane)})` }, runsSql(gapMs, {})),
  };
}

/** The same with the sums of the runs' inputs. The two arrays of a group are filled in the same order. */
export function sessionSum(lane: Lane, gapMs: number): StateSql {
  const values = `sx${lane.index}`;
  const sums = sumsOfRuns(
    `arraySort((x, t) -> t, ${values}, ${timesName(lane)})`,
    'times',
    isGap(gapMs),
    lane.integer,
  );
  const parts = lane.integer ? integerPair('s') : ['s', '0.'];
  const [high, low] = parts.map((part) => `arrayMap(s -> ${part}, sums)`) as [string, string];
  return {
    aggregates: { ...timesAggregate(lane), [values]: `groupArrayIf(x${lane.index}, p${lane.index})` },
    state: withNames(
      { times: `arraySort(${timesName(lane)})` },
      withNames({ sums }, runsSql(gapMs, { high, low })),
    ),
  };
}

const isGap = (gapMs: number) => (before: string, after: string) => `${after} - ${before} >= ${gapMs}`;

function runsSql(gapMs: number, more: Readonly<Record<string, string>>): string {
  const { firsts, lasts, lengths } = sortedRuns('times', isGap(gapMs), {
    before: `times[1] - ${gapMs}`,
    after: `times[-1] + ${gapMs}`,
  });
  const parts = { start: firsts, end: lasts, events: lengths, ...more };
  const names = Object.keys(parts);
  const words = names.map((name) => `toFloat64(${name})`).join(', ');
  return bytesOf(
    `arrayFlatten(arrayMap((${names.join(', ')}) -> [${words}], ${Object.values(parts).join(', ')}))`,
  );
}
