/** A scene by its seed: what is compared, and how to make the same again. */
import { Random } from '@forebay/testkit';
import { generateEnrichedScene } from '../enriched/enriched-scene';
import { compareHere, compareWithServers, generateCases } from '../support/compare-scene';
import type { Comparison } from '../support/comparison';
import { generateCase, generateScene, type ParityCase } from '../support/parity-case';
import type { ParityServers } from '../support/parity-servers';
import { generateTableCases, type TableCase } from '../tables/table-case';
import { compareTableHere, compareTablesInClickHouse } from '../tables/table-paths';
import { exampleText, tableExampleText } from './example-text';
import { type CaseKind, type ShrunkCase, shrunkCase } from './shrunk-case';
import { smallerCases, smallerTableCases } from './smaller-cases';

/** Where scenes run: `pairs` are those of joined and sequence sources, `enriched` those of sources with fields that are looked up; both on servers. */
export const PLACES = ['memory', 'servers', 'pairs', 'enriched'] as const;
export type Place = (typeof PLACES)[number];

export interface SceneOutcome {
  readonly comparisons: readonly Comparison[];
  readonly failed: readonly FailedCase[];
}

/** A case of which something differs, or which throws. */
export interface FailedCase {
  /** null: some values differ. */
  readonly error: Error | null;
  readonly shrink: () => Promise<ShrunkCase>;
}

const CASES_IN_MEMORY = 40;
const TABLES_IN_MEMORY = 10;
const ENTITIES = 60;
const KINDS_IN_MEMORY = ['hybrid', 'hybrid', 'hybrid', 'stream', 'schedule'] as const;
const KINDS_ON_SERVERS = ['hybrid', 'hybrid', 'hybrid', 'stream', 'schedule'] as const;

const VIEWS: CaseKind<ParityCase> = { smaller: smallerCases, text: exampleText };
const TABLES: CaseKind<TableCase> = { smaller: smallerTableCases, text: tableExampleText };

/** @param servers null: scenes of memory alone */
export async function runScene(
  seed: number,
  place: Place,
  servers: ParityServers | null,
): Promise<SceneOutcome> {
  const random = new Random(seed);
  if (servers === null || place === 'memory') return scenesInMemory(random);
  if (place === 'pairs') return viewOnServers(random, `pairs_${seed}`, servers, 'pairs');
  if (place === 'enriched') return viewOnServers(random, `enriched_${seed}`, servers, 'enriched');
  return random.chance(0.1)
    ? tablesOnServers(random, `table_${seed}`, servers)
    : viewOnServers(random, `events_${seed}`, servers);
}

/** Many views and tables with one entity each. */
async function scenesInMemory(random: Random): Promise<SceneOutcome> {
  const outcomes: SceneOutcome[] = [];
  for (let i = 0; i < CASES_IN_MEMORY; i++) {
    const kind = random.pick(KINDS_IN_MEMORY);
    const options = { kind, faults: random.chance(0.6), name: 'events', laterReads: 2 };
    const each = generateCase(random, generateScene(random, options), 0);
    outcomes.push(await outcomeOf(VIEWS, [each], async (cases) => cases.map(compareHere)));
  }
  for (let i = 0; i < TABLES_IN_MEMORY; i++) {
    const cases = generateTableCases(random, 'table', 1);
    outcomes.push(await outcomeOf(TABLES, cases, async (some) => some.map(compareTableHere)));
  }
  return {
    comparisons: outcomes.flatMap(({ comparisons }) => comparisons),
    failed: outcomes.flatMap(({ failed }) => failed),
  };
}

/** What a view's source is made of. */
type SourceKind = 'events' | 'pairs' | 'enriched';

/** One view with many entities. */
function viewOnServers(
  random: Random,
  name: string,
  servers: ParityServers,
  of: SourceKind = 'events',
): Promise<SceneOutcome> {
  const kind = random.pick(KINDS_ON_SERVERS);
  const options = { kind, faults: random.chance(0.2), name, laterReads: 4, paired: of === 'pairs' };
  const scene = (of === 'enriched' ? generateEnrichedScene : generateScene)(random, options);
  const cases = generateCases(random, scene, ENTITIES);
  const throughRedis = random.chance(0.4);
  return outcomeOf(VIEWS, cases, (some) => compareWithServers(servers, some, throughRedis));
}

function tablesOnServers(random: Random, name: string, { archive }: ParityServers): Promise<SceneOutcome> {
  const cases = generateTableCases(random, name, ENTITIES);
  return outcomeOf(TABLES, cases, (some) => compareTablesInClickHouse(archive.store, some));
}

type Compare<Case> = (cases: readonly Case[]) => Promise<readonly (readonly Comparison[])[]>;

async function outcomeOf<Case>(
  kind: CaseKind<Case>,
  cases: readonly Case[],
  compare: Compare<Case>,
): Promise<SceneOutcome> {
  const failedCase = (each: Case, error: Error | null): FailedCase => ({
    error,
    shrink: () => shrunkCase(kind, each, error, async (smaller) => (await compare([smaller])).flat()),
  });
  try {
    const compared = await compare(cases);
    const differing = cases.filter((_, i) => compared[i]?.some(({ difference }) => difference === null));
    return { comparisons: compared.flat(), failed: differing.map((each) => failedCase(each, null)) };
  } catch (thrown) {
    const { each, error } = await throwing(cases, compare, thrown as Error);
    return { comparisons: [], failed: [failedCase(each, error)] };
  }
}

/** Which of the cases throws on its own; the first, if none does. */
async function throwing<Case>(
  cases: readonly Case[],
  compare: Compare<Case>,
  error: Error,
): Promise<{ readonly each: Case; readonly error: Error }> {
  for (const each of cases) {
    const own = await compare([each]).then(
      () => null,
      (thrown: Error) => thrown,
    );
    if (own !== null) return { each, error: own };
  }
  return { each: cases[0] as Case, error };
}
