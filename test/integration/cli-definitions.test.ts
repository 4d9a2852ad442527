/** `forebay plan` and `forebay apply` on real servers. */
import { dirname, join } from 'node:path';
import { connectEventLog } from '@forebay/event-log';
import { connectRedis, loadRegistry } from '@forebay/online-store';
import { ordersDefinitions, uniqueName, useCli } from './cli-harness';

const cli = useCli({ own: ['redis'] });
const topic = uniqueName('orders');
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

async function publishedVersion(options: { forget?: boolean } = {}): Promise<number> {
  const redis = await connectRedis({ url: cli.environment.FOREBAY_REDIS_URL!, role: 'admin', setting: 'x' });
  try {
    if (options.forget) await redis.run('forgetting', () => redis.client.flushall());
    return (await loadRegistry(redis))?.version ?? 0;
  } finally {
    await redis.close();
  }
}

test('a plan says what would be made, and changes nothing', async () => {
  const file = cli.file('plan.ts', ordersDefinitions({ topic }));
  const { code, out, err } = await cli.run(['plan', file]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('+ aggregation view by_customer@1');
  expect(out).toContain(`topics to create where there are none: ${topic} (2 partitions)`);
  expect(out).toContain('views to materialize afterwards: by_customer@1');
  expect(await publishedVersion()).toBe(0);
});

describe('a project to begin with', () => {
  test('is written once, and can be planned, in TypeScript and in YAML alike', async () => {
    const directory = dirname(cli.file('any', ''));
    for (const [options, name] of [
      [[], 'features.ts'],
      [['--yaml'], 'features.yaml'],
    ] as const) {
      const { file, project } = await cli.json(['init', join(directory, 'shop'), ...options]);
      expect([file, project]).toEqual([join(directory, 'shop', name), 'shop']);
      const { code, out } = await cli.run(['plan', file]);
      expect(code).toBe(0);
      expect(out).toContain('+ on-demand view basket@1');
      expect((await cli.run(['init', join(directory, 'shop'), ...options])).code).toBe(1);
    }
  });
});

describe('apply', () => {
  const definitions = () => cli.file('orders.ts', ordersDefinitions({ topic, withShops: true }));

  test('makes topics with the broker as the clock, and publishes', async () => {
    expect(await cli.json(['apply', definitions()])).toMatchObject({
      project: 'shopping',
      version: 1,
      changed: true,
      republished: false,
    });
    expect(await publishedVersion()).toBe(1);
    const brokers = [cli.environment.FOREBAY_KAFKA_BROKERS!];
    const log = await connectEventLog({ brokers, clientId: 'test', logger: silent });
    const producer = await log.producer();
    try {
      expect(await log.admin.partitionCount(topic)).toBe(2);
      expect(await log.admin.partitionCount(`${topic}.dlq`)).toBe(1);
      const before = Date.now();
      await producer.send([{ topic, key: null, value: 'x', partition: 0, timestampMs: 1_000 }]);
      // A record with a producer's time of 1970 is found by the broker's time.
      expect((await log.admin.offsetsAt(topic, before - 60_000)).get(0)).toBe(0);
      expect((await log.admin.offsetsAt(topic, before + 3_600_000)).get(0)).not.toBe(0);
    } finally {
      await producer.close();
      await log.close();
    }
  });

  test('a second time changes nothing', async () => {
    expect(await cli.json(['apply', definitions()])).toMatchObject({ version: 1, changed: false });
    const { out } = await cli.run(['plan', definitions()]);
    expect(out).toBe('project "shopping": no changes\n');
  });

  test('publishes again when redis lost the registry', async () => {
    expect(await publishedVersion({ forget: true })).toBe(0);
    expect(await cli.json(['apply', definitions()])).toMatchObject({ changed: false, republished: true });
    expect(await publishedVersion()).toBe(1);
  });

  test('a changed meaning under the same version is refused', async () => {
    const file = cli.file('changed.ts', ordersDefinitions({ topic, withShops: true, window: '30m' }));
    for (const command of ['plan', 'apply']) {
      const { code, err } = await cli.run([command, file]);
      expect(code).toBe(3);
      expect(err).toMatch(/by_customer.*its meaning changed under version 1 .*: declare it as version 2/);
    }
    expect(await publishedVersion()).toBe(1);
  });

  test('a removal needs to be allowed', async () => {
    const file = cli.file('removed.ts', ordersDefinitions({ topic }));
    const refused = await cli.run(['apply', file]);
    expect(refused.code).toBe(3);
    expect(refused.err).toContain('aggregation view "by_shop@1" is removed');
    expect(refused.err).toContain('--allow-destructive');
    expect((await cli.run(['plan', file])).code).toBe(3);
    expect((await cli.run(['plan', file, '--allow-destructive'])).code).toBe(0);
    expect(await publishedVersion()).toBe(1);
    expect(await cli.json(['apply', file, '--allow-destructive'])).toMatchObject({
      version: 2,
      changed: true,
    });
    expect(await publishedVersion()).toBe(2);
  });

  test('a new field becomes a column', async () => {
    const file = cli.file('column.ts', ordersDefinitions({ topic, field: ", coupon: 'string'" }));
    const { plan } = await cli.json(['apply', file]);
    expect(plan.work.columns).toEqual([{ table: 'orders', column: 'coupon', type: 'string' }]);
    const query = `SELECT coupon FROM ${cli.environment.FOREBAY_CLICKHOUSE_DATABASE}.orders`;
    const answer = await fetch(cli.environment.FOREBAY_CLICKHOUSE_URL!, { method: 'POST', body: query });
    expect(answer.ok).toBe(true);
  });
});

describe('what is applied', () => {
  test('is listed, by kind', async () => {
    const { code, out } = await cli.run(['list']);
    expect(code).toBe(0);
    expect(out).toContain('project shopping');
    expect(out).toContain('by_customer@1');
    const { version, projects } = await cli.json(['list', '--project', 'shopping']);
    expect(version).toBe(await publishedVersion());
    expect(projects[0].aggregationViews[0].name).toBe('by_customer');
  });

  test('is described, with what depends on what', async () => {
    const { code, out } = await cli.run(['describe', 'checkout']);
    expect(code).toBe(0);
    expect(out).toContain('is made with\n  aggregation view by_customer@1: orders_recent, spent_24h, ');
    expect(await cli.json(['describe', 'orders'])).toMatchObject({
      kind: 'event source',
      definition: { name: 'orders', topic },
      uses: [],
      usedBy: [{ kind: 'aggregation view', name: 'by_customer@1' }],
    });
    const wrong = await cli.run(['describe', 'chekout']);
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('did you mean "checkout"?');
  });
});

describe('definitions that are none', () => {
  const cases = [
    ['export const a = 1;', 'not what project() returns'],
    ['export default 1 +;', 'broken.ts'],
    ["import { x } from 'no-such-package';\nexport default x;", 'no-such-package'],
    [
      ordersDefinitions({ topic, window: '90s' }).replace("'90s'", "{ length: '90m', hop: '1h' }"),
      'window 90m is not a multiple of its hop 1h',
    ],
  ] as const;

  test.each(cases)('%#: the error says what and where', async (text, message) => {
    const { code, out, err } = await cli.run(['plan', cli.file('broken.ts', text)]);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain('broken.ts');
    expect(err).toContain(message);
  });

  test('a file that is not there', async () => {
    const { code, err } = await cli.run(['apply', 'nowhere.ts', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(err)).toEqual({
      error: 'definitions "nowhere.ts": there is no such file',
      reason: 'invalid_request',
    });
  });
});

describe('a server that is not there', () => {
  const away = [
    ['FOREBAY_REDIS_URL', 'redis://127.0.0.1:1'],
    ['FOREBAY_CLICKHOUSE_URL', 'http://127.0.0.1:1'],
    ['FOREBAY_KAFKA_BROKERS', '127.0.0.1:1'],
  ] as const;

  // All at once: they wait, each for its server.
  test('the error names it, and what to try', async () => {
    const startedMs = performance.now();
    const file = cli.file('column.ts', ordersDefinitions({ topic, field: ", coupon: 'string'" }));
    const ended = away.map(async ([setting, address]) => {
      const { code, err } = await cli.run(['apply', file], {
        environment: { [setting]: address },
      });
      expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(setting) });
      expect(err).toContain('127.0.0.1:1');
      expect(err).toMatch(/start the server|check that .* runs/);
    });
    await Promise.all(ended);
    expect(performance.now() - startedMs).toBeLessThan(20_000);
  });
});
