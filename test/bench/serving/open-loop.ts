/** Latencies at a rate that does not wait for answers, so that a slow answer does not hide those that were due behind it. */
import type { LoadClient } from './load-client';

const ROUNDS = 3;
const ROUND_MS = 4_000;
const WARM_UP_MS = 1_000;

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/** Of both targets, µs; rounds alternate. `refused`: calls that ours did not answer. */
export async function openLoop(
  client: LoadClient,
  callsPerSecond: number,
  { ours, ceiling }: { readonly ours: string; readonly ceiling: string },
): Promise<{ readonly ours: Percentiles; readonly ceiling: Percentiles; readonly refused: number }> {
  const all = { ours: [] as number[], ceiling: [] as number[] };
  let refused = 0;
  const run = async (name: string, forMs: number) => {
    const result = await client.order({ kind: 'open loop', name, callsPerSecond, forMs });
    if (name === ours) refused += result.refused;
    return result.latenciesUs;
  };
  for (const name of [ours, ceiling]) await run(name, WARM_UP_MS);
  for (let round = 0; round < ROUNDS; round++) {
    for (const latency of await run(ceiling, ROUND_MS)) all.ceiling.push(latency);
    for (const latency of await run(ours, ROUND_MS)) all.ours.push(latency);
  }
  return { ours: percentilesOf(all.ours), ceiling: percentilesOf(all.ceiling), refused };
}

function percentilesOf(latencies: number[]): Percentiles {
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))] as number;
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) };
}
