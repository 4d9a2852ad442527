/**
 * Oracle = segments that ClickHouse computes ⊕ stream list, folded: random views, each over the histories of many entities
 * in one table, read at several instants up to the end of the horizon. FOREBAY_SEED runs a failure again, FOREBAY_PARITY_VIEWS more.
 */
import { compileView } from '@forebay/algebra';
import { generateSource, generateView, Random } from '@forebay/testkit';
import { compareWithArchive, generateCases } from '../parity/support/compare-scene';
import { describeComparison } from '../parity/support/comparison';
import { ParityArchive } from '../parity/support/parity-archive';
import { generateScene } from '../parity/support/parity-case';
import { Tally } from '../parity/support/tally';
import { sharedStack, useDatabase } from '../support/stack';

const VIEWS = Number(process.env.FOREBAY_PARITY_VIEWS ?? 20);
const ENTITIES = 40;
const seed = Number(process.env.FOREBAY_SEED ?? Math.floor(Math.random() * 1e9));

const database = useDatabase('parity_sql');
let archive: ParityArchive;

beforeAll(async () => {
  archive = await ParityArchive.open(sharedStack.clickhouseUrl, database.name);
});
afterAll(() => archive.close());

describe(`segments by SQL and by the stream, folded, equal the oracle (seed ${seed})`, () => {
  const tally = new Tally();

  it.each(Array.from({ length: VIEWS }, (_, view) => view))(
    'on a random view over many histories (%i)',
    async (view) => {
      const random = new Random(seed + view);
      const options = {
        kind: 'hybrid',
        faults: random.chance(0.2),
        name: `events_${view}`,
        laterReads: 4,
      } as const;
      const cases = generateCases(random, generateScene(random, options), ENTITIES);
      for (const { comparisons } of await compareWithArchive(archive, cases))
        expect(tally.add(comparisons).map(describeComparison).slice(0, 3)).toEqual([]);
    },
  );

  it('of a view whose windows all begin after the cut, which has no segments', async () => {
    const source = generateSource(new Random(1), 'events_short');
    const base = generateView(new Random(1), source, 'hybrid');
    const feature = {
      name: 'f',
      operation: 'count',
      input: null,
      by: null,
      filter: null,
      window: { kind: 'sliding', lengthMs: 60_000, hopMs: 1_000 },
      parameters: {},
      type: 'int64',
      description: '',
    } as const;
    const layout = compileView({ ...base, features: [feature] }, source);
    await archive.create(source);
    const cutMs = Date.UTC(2026, 4, 10, 12);
    expect([...(await archive.segments(layout, { qMs: cutMs + 3_600_000, cutMs }))]).toEqual([]);
  });
});
