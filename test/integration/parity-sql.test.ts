/**
 * Oracle = segments that ClickHouse computes ⊕ stream list, folded, in part read from Redis: random views, each over the histories of
 * many entities in one table, read at several instants up to the end of the horizon. A failure says how to run it again.
 */
import { compileView } from '@forebay/algebra';
import { generateSource, generateView, Random } from '@forebay/testkit';
import { NAMED_EXAMPLES } from '../parity/examples/named-examples';
import { findingLines } from '../parity/run/parity-report';
import { runParity } from '../parity/run/parity-run';
import { compareWithServers } from '../parity/support/compare-scene';
import { describeComparison } from '../parity/support/comparison';
import { withServers } from '../parity/support/parity-servers';
import { sharedStack, uniqueName, useOwnRedis } from '../support/stack';

const COMPARISONS = 20_000;
/** Of views of enriched sources. */
const ENRICHED_COMPARISONS = 10_000;
const seed = Number(process.env.FOREBAY_SEED ?? Math.floor(Math.random() * 1e9));
const own = useOwnRedis();
const urls = () => ({ clickhouseUrl: sharedStack.clickhouseUrl, redisUrl: own.url });

describe('segments by SQL and by the stream, folded, equal the oracle', () => {
  it(`on random views over many histories (seed ${seed})`, async () => {
    const options = { comparisons: COMPARISONS, seed, places: ['servers'] } as const;
    const { findings } = await withServers(urls(), (servers) => runParity(options, servers));
    expect(findings.flatMap(findingLines).join('\n')).toBe('');
  });

  it(`and so do looked-up fields, and what is made of them (seed ${seed})`, async () => {
    const options = { comparisons: ENRICHED_COMPARISONS, seed, places: ['enriched'] } as const;
    const { findings, tally } = await withServers(urls(), (servers) => runParity(options, servers));
    expect(findings.flatMap(findingLines).join('\n')).toBe('');
    expect(tally.byPath.get('looked up')?.compared).toBeGreaterThan(1_000);
  });

  it.each(Object.entries(NAMED_EXAMPLES))(
    'in the example: %s',
    async (_name, { source, view, ...example }) => {
      const name = uniqueName('events');
      const named = { ...source, name, topic: name, table: name };
      const each = { ...example, source: named, view: { ...view, source: name } };
      const found = await withServers(urls(), async (servers) => [
        ...(await compareWithServers(servers, [each], false)),
        ...(await compareWithServers(servers, [each], true)),
      ]);
      const comparisons = found.flat();
      expect(comparisons.length).toBeGreaterThan(0);
      expect(comparisons.filter(({ difference }) => difference === null).map(describeComparison)).toEqual([]);
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
    const cutMs = Date.UTC(2026, 4, 10, 12);
    const found = await withServers(urls(), async ({ archive }) => {
      await archive.create(source);
      return archive.segments(layout, { qMs: cutMs + 3_600_000, cutMs });
    });
    expect([...found]).toEqual([]);
  });
});
