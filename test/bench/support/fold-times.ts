/** How much CPU time two folds of the same entities take, in turns: of this process, so that others do not count. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const ROUNDS = 41;
const WARM_UP_ROUNDS = 10;
const ROUND_US = 4_000;
/** So few that nothing is collected in between. */
const ALLOCATION_FOLDS = 300;

const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;

/** µs of CPU time per call, over `calls` of them. */
function timeOf(fold: () => void, calls: number): number {
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i++) fold();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

/**
 * Each function folds as many entities as the other. `us` is per call of the first one, `ratio` the first's time to the
 * second's: medians of rounds, of which each measures both.
 */
export function compareTimes(ours: () => void, theirs: () => void): { us: number; ratio: number } {
  const until = performance.now() + 200;
  while (performance.now() < until) {
    ours();
    theirs();
  }
  const calls = Math.max(1, Math.round(ROUND_US / timeOf(ours, 200)));
  const rounds = Array.from({ length: WARM_UP_ROUNDS + ROUNDS }, () => {
    const us = timeOf(ours, calls);
    return { us, ratio: us / timeOf(theirs, calls) };
  }).slice(WARM_UP_ROUNDS);
  return { us: median(rounds.map(({ us }) => us)), ratio: median(rounds.map(({ ratio }) => ratio)) };
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of the heap that a call takes: the median of a few counts. */
export function allocatedBy(fold: () => void): number {
  const counts = Array.from({ length: 7 }, () => {
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < ALLOCATION_FOLDS; i++) fold();
    return (process.memoryUsage().heapUsed - before) / ALLOCATION_FOLDS;
  });
  return median(counts);
}
