/** A scene by its seed: what is compared, and how to make the same again. */
import { Random } from '@forebay/testkit';
import {
  type CaseComparisons,
  compareHere,
  compareWithServers,
  generateCases,
} from '../support/compare-scene';
import type { Comparison } from '../support/comparison';
import { generateCase, generateScene, type ParityCase } from '../support/parity-case';
import type { ParityServers } from '../support/parity-servers';

/** Where scenes run. */
export const PLACES = ['memory', 'servers'] as const;
export type Place = (typeof PLACES)[number];

export interface SceneOutcome {
  readonly comparisons: readonly Comparison[];
  readonly failed: readonly FailedCase[];
}

/** A case of which something differs, or which throws. */
export interface FailedCase {
  readonly each: ParityCase;
  /** null: some values differ. */
  readonly error: Error | null;
  /** Tries it, or a smaller one, again. */
  readonly again: (each: ParityCase) => Promise<readonly Comparison[]>;
}

const CASES_IN_MEMORY = 40;
const ENTITIES = 60;
const KINDS_IN_MEMORY = ['hybrid', 'hybrid', 'hybrid', 'stream', 'schedule'] as const;
const KINDS_ON_SERVERS = ['hybrid', 'hybrid', 'hybrid', 'stream', 'schedule'] as const;

/** @param servers null: scenes of memory alone */
export async function runScene(
  seed: number,
  place: Place,
  servers: ParityServers | null,
): Promise<SceneOutcome> {
  const random = new Random(seed);
  return servers !== null && place === 'servers'
    ? sceneOnServers(random, `events_${seed}`, servers)
    : scenesInMemory(random);
}

/** Many views with one entity each. */
async function scenesInMemory(random: Random): Promise<SceneOutcome> {
  const outcomes: SceneOutcome[] = [];
  for (let i = 0; i < CASES_IN_MEMORY; i++) {
    const kind = random.pick(KINDS_IN_MEMORY);
    const options = { kind, faults: random.chance(0.6), name: 'events', laterReads: 2 };
    const each = generateCase(random, generateScene(random, options), 0);
    outcomes.push(await outcomeOf([each], async (cases) => cases.map(inMemory)));
  }
  return {
    comparisons: outcomes.flatMap(({ comparisons }) => comparisons),
    failed: outcomes.flatMap(({ failed }) => failed),
  };
}

const inMemory = (each: ParityCase): CaseComparisons => ({ each, comparisons: compareHere(each) });

/** One view with many entities. */
async function sceneOnServers(random: Random, name: string, servers: ParityServers): Promise<SceneOutcome> {
  const kind = random.pick(KINDS_ON_SERVERS);
  const scene = generateScene(random, { kind, faults: random.chance(0.2), name, laterReads: 4 });
  const cases = generateCases(random, scene, ENTITIES);
  const throughRedis = random.chance(0.4);
  return outcomeOf(cases, (some) => compareWithServers(servers, some, throughRedis));
}

async function outcomeOf(
  cases: readonly ParityCase[],
  compare: (cases: readonly ParityCase[]) => Promise<readonly CaseComparisons[]>,
): Promise<SceneOutcome> {
  const again = async (each: ParityCase) => (await compare([each])).flatMap(({ comparisons }) => comparisons);
  try {
    const compared = await compare(cases);
    return {
      comparisons: compared.flatMap(({ comparisons }) => comparisons),
      failed: compared
        .filter(({ comparisons }) => comparisons.some(({ difference }) => difference === null))
        .map(({ each }) => ({ each, error: null, again })),
    };
  } catch (error) {
    return { comparisons: [], failed: await throwing(cases, again, error as Error) };
  }
}

/** Which of the cases throws on its own; the first, if none does. */
async function throwing(
  cases: readonly ParityCase[],
  again: FailedCase['again'],
  error: Error,
): Promise<FailedCase[]> {
  for (const each of cases) {
    const own = await again(each).then(
      () => null,
      (thrown: Error) => thrown,
    );
    if (own !== null) return [{ each, error: own, again }];
  }
  return [{ each: cases[0] as ParityCase, error, again }];
}
