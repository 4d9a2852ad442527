/**
 * Oracle = stream list + batch list + fold = training set, on random views, clocks and histories whose times snap to where the rules
 * change. Pure: no server, no clock. A failure says how to run it again, and gives an example for `examples/`.
 */
import { findingLines } from './run/parity-report';
import { runParity } from './run/parity-run';

const COMPARISONS = 25_000;
const seed = Number(process.env.FOREBAY_SEED ?? Math.floor(Math.random() * 1e9));

describe('stream, batch and training values equal the oracle', () => {
  it(`on random views, clocks and histories, and are DEGRADED exactly where the rules say so (seed ${seed})`, async () => {
    const options = { comparisons: COMPARISONS, seed, places: ['memory'] } as const;
    const { tally, findings } = await runParity(options, null);
    expect(findings.flatMap(findingLines).join('\n')).toBe('');
    const { OUTSIDE_MAX_AGE, ...statuses } = tally.statuses;
    for (const count of Object.values(statuses)) expect(count).toBeGreaterThan(20);
    expect(statuses.PRESENT).toBeGreaterThan(tally.all.compared / 4);
  });
});
