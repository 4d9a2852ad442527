import type { BenchCase } from '../report';
import { processRunUs } from '../support/process-cpu';
import type { LoadClient } from './load-client';

export const SLOT_MS = 300;
/**
 * Slots that are not counted: a process compiles what it runs often while it runs, and until some four seconds of a case have passed
 * that is most of what a slot costs (of a large answer three times the rest). What is measured is a server that is in service.
 */
const WARM_UP_ROUNDS = 12;

/** One thing to be measured, and the ceiling that it is compared with. */
export interface Pair {
  readonly name: string;
  /** Names of open targets. */
  readonly ours: string;
  readonly ceiling: string;
  readonly inFlight: number;
}

export interface PairTimes {
  readonly oursUs: number;
  readonly ceilingUs: number;
  /** Median over the rounds of ceiling ÷ ours. */
  readonly ratio: number;
  readonly lowest: number;
  readonly highest: number;
  readonly callsPerSecond: number;
  /** Calls of either that were not answered, over all slots. */
  readonly refused: number;
}

export interface Processes {
  readonly ours: number;
  readonly ceiling: number;
}

/** None is to be: whoever waits for answers one after the other asks for no more than can be done. */
export function refusedIn(name: string, times: Iterable<PairTimes>): BenchCase {
  let value = 0;
  for (const { refused } of times) value += refused;
  return { case: `${name}: refused`, value, unit: 'calls', target: { atMost: 0 } };
}

export const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;

interface Slot {
  readonly us: number;
  readonly callsPerSecond: number;
}

/** CPU time per call of both servers, slot after slot; within a round the pairs come in another order each time. */
export async function interleaved(
  client: LoadClient,
  processes: Processes,
  pairs: readonly Pair[],
  rounds: number,
): Promise<Map<string, PairTimes>> {
  const seen = new Map<string, { ours: Slot; ceiling: Slot }[]>(pairs.map(({ name }) => [name, []]));
  const refusals = new Map<string, number>();
  const slot = async (target: string, inFlight: number, pid: number): Promise<Slot> => {
    const before = processRunUs(pid);
    const fromMs = performance.now();
    const { calls, refused } = await client.order({
      kind: 'closed loop',
      name: target,
      inFlight,
      forMs: SLOT_MS,
    });
    refusals.set(target, (refusals.get(target) ?? 0) + refused);
    const us = (processRunUs(pid) - before) / calls;
    return { us, callsPerSecond: (1_000 * calls) / (performance.now() - fromMs) };
  };
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const first = Math.abs(round) % pairs.length;
    for (const pair of [...pairs.slice(first), ...pairs.slice(0, first)]) {
      const oursFirst = round % 2 === 0;
      const measure = () => slot(pair.ours, pair.inFlight, processes.ours);
      const early = oursFirst ? await measure() : null;
      const ceiling = await slot(pair.ceiling, pair.inFlight, processes.ceiling);
      const ours = early ?? (await measure());
      if (round >= 0) seen.get(pair.name)?.push({ ours, ceiling });
    }
  }
  const refusedOf = (target: string) => refusals.get(target) ?? 0;
  return new Map(
    pairs.map(({ name, ours, ceiling }) => {
      const times = timesOf(seen.get(name) ?? []);
      return [name, { ...times, refused: refusedOf(ours) + refusedOf(ceiling) }];
    }),
  );
}

function timesOf(slots: readonly { ours: Slot; ceiling: Slot }[]): Omit<PairTimes, 'refused'> {
  const ratios = slots.map(({ ours, ceiling }) => ceiling.us / ours.us);
  return {
    oursUs: median(slots.map(({ ours }) => ours.us)),
    ceilingUs: median(slots.map(({ ceiling }) => ceiling.us)),
    ratio: median(ratios),
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
    callsPerSecond: median(slots.map(({ ours }) => ours.callsPerSecond)),
  };
}
