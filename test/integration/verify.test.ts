/** What is online is compared with what is recomputed: nothing differs, also while events come; a byte that is wrong is found. */
import { compileView, explainTail, fencesOf } from '@forebay/algebra';
import { EXIT, main } from '@forebay/cli';
import type { AggregationView } from '@forebay/definitions';
import { Installation } from '../support/installation';
import {
  HISTORY_ENDS_MS,
  LATENESS_MS,
  type Payment,
  paymentsProject,
  randomPayments,
} from '../support/payments';
import { printedRandom } from '../support/seed';
import { uniqueName, useOwnStack } from '../support/stack';

const MINUTE_MS = 60_000;
const BUCKET = 0;

const own = useOwnStack();
const random = printedRandom('verify');

let installation: Installation;

beforeAll(async () => {
  const { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl } = own.stack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    paymentsProject({ topic: uniqueName('payments') }),
  );
  await Promise.all([
    installation.start('serving'),
    installation.start('batch'),
    installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms' }),
  ]);
  const endsMs = Math.floor((Date.now() - HISTORY_ENDS_MS) / MINUTE_MS) * MINUTE_MS;
  await installation.load(randomPayments(random, 1_000, endsMs - 60 * MINUTE_MS, endsMs), endsMs);
  await installation.send(payments(3_000));
  await installation.materialize('by_account');
  await installation.settled();
});

afterAll(() => installation.close());

function payments(n: number): Payment[] {
  const now = Date.now();
  return randomPayments(random, n, now - LATENESS_MS + 4 * MINUTE_MS, now);
}

async function verify(...args: readonly string[]) {
  let [out, err] = ['', ''];
  async function* nothing() {}
  const code = await main(['node', 'forebay', 'verify', ...args, '--json'], installation.environment, {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
    input: nothing(),
  });
  if (out === '') throw new Error(`${err}\n${installation.services.map(({ log }) => log).join('\n')}`);
  return { code, views: JSON.parse(out).views as Verified[] };
}

interface Verified {
  readonly view: string;
  readonly entities: number;
  readonly values_compared: number;
  readonly values_different: number;
  readonly values_degraded: number;
  readonly values_late: number;
  readonly differences: readonly { feature: string; entity_key: string; segment: string }[];
}

const byAccount = () => installation.view('by_account');

/** Keys of the stored part of a view, with the entities' keys. */
async function storedKeys(view: AggregationView, part: string): Promise<Map<string, string>> {
  const { client } = await installation.servers.redis();
  const prefix = `f:{${BUCKET}}${view.id}.${part}.`;
  return new Map((await client.keys(`${prefix}*`)).map((key) => [key.slice(prefix.length), key]));
}

test('nothing differs while events come, whether they are in the values yet or not', async () => {
  let isOn = true;
  const sending = (async () => {
    for (; isOn; ) await installation.send(payments(100));
  })();
  const { code, views } = await verify('--all').finally(() => {
    isOn = false;
  });
  await sending;
  for (const { differences } of views) expect(differences.slice(0, 3)).toEqual([]);
  expect(code).toBe(EXIT.ok);
  expect(views.map(({ view }) => view).sort()).toEqual(['by_account@1', 'by_card@1']);
  for (const { entities, values_compared: compared } of views) {
    expect(entities).toBeGreaterThan(10);
    expect(compared).toBeGreaterThan(100);
  }
});

test('a wrong number in a stored value is found: the entity, the feature, the segment', async () => {
  await installation.settled();
  const view = byAccount();
  const layout = compileView(view, installation.source);
  const { client } = await installation.servers.redis();
  const [entity, key] = [...(await storedKeys(view, 's'))][0] as [string, string];
  const bytes = (await client.getBuffer(key)) as Buffer;
  expect(fencesOf(layout, bytes).length).toBeGreaterThan(0);
  const { rows } = explainTail(layout, bytes);
  const count = layout.fixed.find(({ kind }) => kind === 'count');
  const at = (rows - 1) * layout.rowSize + (count?.rowOffset as number);
  const wrong = Buffer.from(bytes);
  wrong.writeDoubleLE(wrong.readDoubleLE(at) + 1, at);
  await client.set(key, wrong, 'KEEPTTL');
  const { code, views } = await verify('by_account', '--all');
  expect(code).toBe(EXIT.failure);
  const found = views[0]?.differences ?? [];
  expect(new Set(found.map(({ entity_key: name }) => name))).toEqual(new Set([entity]));
  expect(found.map(({ feature }) => feature)).toContain(
    layout.features.find(({ fixed }) => fixed.count === count)?.feature.name,
  );
  expect(found[0]?.segment).toMatch(/^stream segment from .*: stored \d+ events? .*; recomputed \d+ events?/);
  await client.set(key, bytes, 'KEEPTTL');
  expect((await verify('by_account', '--all')).code).toBe(EXIT.ok);
});
