/**
 * Oracle = training set, by the statements that make one: ClickHouse sorts what the archive holds and the rows, the fold reads them.
 * FOREBAY_SEED runs a failure again, FOREBAY_PARITY_VIEWS more.
 */
import { Random } from '@forebay/testkit';
import { generateCases } from '../parity/support/compare-scene';
import { describeComparison } from '../parity/support/comparison';
import { ParityArchive } from '../parity/support/parity-archive';
import { generateScene } from '../parity/support/parity-case';
import { compareSqlTraining } from '../parity/support/sql-training';
import { Tally } from '../parity/support/tally';
import { generateRows } from '../parity/support/training-rows';
import { sharedStack, useDatabase } from '../support/stack';

const VIEWS = Number(process.env.FOREBAY_PARITY_VIEWS ?? 20);
const ENTITIES = 40;
const seed = Number(process.env.FOREBAY_SEED ?? Math.floor(Math.random() * 1e9));

const database = useDatabase('parity_training');
let archive: ParityArchive;

beforeAll(async () => {
  archive = await ParityArchive.open(sharedStack.clickhouseUrl, database.name);
});
afterAll(() => archive.close());

describe(`training sets from ClickHouse equal the oracle (seed ${seed})`, () => {
  const tally = new Tally();

  it.each(Array.from({ length: VIEWS }, (_, view) => view))(
    'of a random view over many histories (%i)',
    async (view) => {
      const random = new Random(seed + view);
      const kind = random.pick(['hybrid', 'stream', 'schedule'] as const);
      const options = { kind, faults: false, name: `events_${view}`, laterReads: 2 } as const;
      const cases = generateCases(random, generateScene(random, options), ENTITIES);
      await archive.create(cases[0]!.source);
      await archive.fill(cases[0]!.source, cases, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      const rows = cases.map((each) => generateRows(random, each));
      const knownAsOfMs = rows.find((each) => each.knownAsOfMs !== null)?.knownAsOfMs ?? null;
      for (const asOfMs of new Set([null, knownAsOfMs]))
        for (const comparisons of await compareSqlTraining(archive, cases, rows, asOfMs))
          expect(tally.add(comparisons).map(describeComparison).slice(0, 3)).toEqual([]);
    },
  );
});
