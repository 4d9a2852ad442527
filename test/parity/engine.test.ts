/**
 * Oracle = stream list + batch list + fold, on random views, clocks and histories whose times snap to where the rules
 * change. Pure: no server, no clock. The seed is printed; FOREBAY_SEED runs it again, FOREBAY_PARITY_RUNS more.
 */
import { Random } from '@forebay/testkit';
import { compareHere } from './support/compare-scene';
import { describeComparison } from './support/comparison';
import { generateCase, generateScene } from './support/parity-case';
import { Tally } from './support/tally';

const DEFAULT_RUNS = 1_000;

function runCase(seed: number, tally: Tally): void {
  const random = new Random(seed);
  const kind = random.chance(0.75) ? 'hybrid' : 'stream';
  const scene = generateScene(random, { kind, faults: random.chance(0.6), name: 'events', laterReads: 2 });
  const wrong = tally.add(compareHere(generateCase(random, scene, 0)));
  if (wrong.length > 0) throw new Error(`seed ${seed}: ${wrong.map(describeComparison).join('\n')}`);
}

describe('stream and batch segments, folded, equal the oracle', () => {
  const runs = Number(process.env.FOREBAY_PARITY_RUNS ?? DEFAULT_RUNS);
  const seed = Number(process.env.FOREBAY_SEED ?? Math.floor(Math.random() * 1e9));
  it(`on random views, clocks and histories, and are DEGRADED exactly where the rules say so (seed ${seed})`, () => {
    const tally = new Tally();
    for (let i = 0; i < runs; i++) runCase(seed + i, tally);
    if (runs === DEFAULT_RUNS)
      for (const count of Object.values(tally.statuses)) expect(count).toBeGreaterThan(20);
    expect(tally.statuses.PRESENT).toBeGreaterThan(tally.compared / 4);
  });
});
