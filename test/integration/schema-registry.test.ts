/**
 * Events that Confluent's own serializers write, with schemas in a real registry (Apicurio's, by Confluent's REST
 * interface): decoded as the same events in JSON are, through evolution of the schema, and while the registry is away.
 */
import { execFile } from 'node:child_process';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { aggregationView, count, entity, eventSource, last, project, sum } from '@forebay/definitions';
import { deadLetterTopic, type EventRecord } from '@forebay/event-log';
import { type LocalSchemaRegistry, pythonEnvironment, startSchemaRegistry } from '@forebay/local-stack';
import { Installation } from '../support/installation';
import { HOME_DIR, sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';

const DIRECTORY = join(__dirname, 'registry-records');
const GOLDEN = resolve(__dirname, '../../packages/formats/golden/records.json');
const WITHIN_MS = 30_000;
const INSTALL_MS = 600_000;
const USER = 9_007_199_254_740_993n;
const FORMATS = ['json', 'avro', 'protobuf'] as const;

let installation: Installation;
let registry: LocalSchemaRegistry;
let gate: RegistryGate;
let python: string;
afterAll(async () => {
  await installation?.close();
  gate?.close();
  await registry?.stop();
});
const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const topics = Object.fromEntries(FORMATS.map((format) => [format, uniqueName(format)]));

/** The way to the registry, which can be shut. */
class RegistryGate {
  isOpen = true;
  readonly #server: Server;

  private constructor(target: URL) {
    this.#server = createServer((incoming, outgoing) => {
      if (!this.isOpen) return void incoming.socket.destroy();
      const forwarded = request(new URL(incoming.url as string, target), (answer) => {
        outgoing.writeHead(answer.statusCode as number, answer.headers);
        answer.pipe(outgoing);
      });
      forwarded.on('error', () => incoming.socket.destroy());
      incoming.pipe(forwarded);
    });
  }

  static async before(url: string): Promise<RegistryGate> {
    const opened = new RegistryGate(new URL(url));
    await new Promise<void>((ready) => opened.#server.listen(0, '127.0.0.1', ready));
    return opened;
  }

  urlLike(url: string): string {
    const through = new URL(url);
    through.port = String((this.#server.address() as AddressInfo).port);
    return through.href;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** One source for each format, of topics with the same events, and a view of each. */
function paymentsProject() {
  const user = entity({ name: 'user', joinKeys: { user: 'int64' } });
  const parts = FORMATS.map((format) => {
    const source = eventSource({
      name: format,
      topic: topics[format] as string,
      format,
      partitions: 1,
      fields: {
        id: 'string',
        at: 'timestamp',
        n: 'int32',
        big: 'int64',
        x: 'double',
        note: 'string',
        user: { type: 'int64', path: 'user.id' },
        country: { type: 'string', path: 'user.country' },
        price: { type: 'double', path: 'items.0.price' },
        rebate: 'double',
      },
      eventTime: 'at',
      eventId: 'id',
    });
    const view = aggregationView({
      name: `by_user_${format}`,
      entity: user,
      source,
      batch: false,
      features: {
        events: count({ window: '1d' }),
        numbers: sum('n', { window: '1d' }),
        paid: sum('price', { window: '1d' }),
        last_big: last('big', { window: '1d' }),
        last_note: last('note', { window: '1d' }),
      },
    });
    return { source, view };
  });
  return project({
    name: 'registry',
    entities: [user],
    eventSources: parts.map(({ source }) => source),
    aggregationViews: parts.map(({ view }) => view),
  });
}

/** Texts of events; integers beyond 2^53 are numbers in them. */
function eventLine(number: number): string {
  const at = new Date(Date.now() - (60 - number) * 1_000).toISOString();
  const event = {
    id: `p-${number}`,
    at,
    ok: true,
    n: number,
    big: '#9223372036854775807#',
    x: -1.5,
    note: number % 2 === 0 ? null : `Zürich ${number}`,
    user: { id: `#${USER}#`, country: number % 3 === 0 ? null : 'FR', tags: { vip: 'yes' } },
    items: [{ sku: 'a', price: number / 4, sizes: [1] }],
    rebate: number + 0.25,
    seen_at: 1,
    scores: [0.5],
    sequence: 1,
    tree: { branches: [{ branches: [], leaf: 'AQI=' }], leaf: '' },
  };
  return JSON.stringify(event).replaceAll(/"#(\d+)#"/g, '$1');
}

/** The id of their schema. */
async function produce(
  format: 'avro' | 'evolved_avro' | 'protobuf',
  lines: readonly string[],
): Promise<number> {
  const topic = topics[format === 'protobuf' ? 'protobuf' : 'avro'] as string;
  const args = [join(DIRECTORY, 'produce.py'), registry.url, sharedStack.kafkaBrokers, topic, format, GOLDEN];
  return new Promise((done, fail) => {
    const child = execFile(python, args, (error, stdout, stderr) => {
      if (error === null) done(Number(stdout));
      else fail(new Error(`${error.message}\n${stderr}`));
    });
    child.stdin?.end(`${lines.join('\n')}\n`);
  });
}

async function produceEverywhere(lines: readonly string[]): Promise<void> {
  const quoted = lines.map((line) => line.replaceAll(/"(big|id)":(\d+)/g, '"$1":"$2"'));
  const producer = await installation.producer();
  await producer.send(quoted.map((value) => ({ topic: topics.json as string, key: 'one', value })));
  await produce('avro', lines);
  await produce('protobuf', lines);
}

const valuesOf = async (format: string) =>
  (await installation.values(installation.view(`by_user_${format}`), { user: USER })).values;

/** Waits until the view has so many events. */
const counted = (format: string, events: number) =>
  waitFor(async () => Number((await valuesOf(format)).events) === events, {
    deadlineMs: WITHIN_MS,
    message: `${events} events of ${format} are served`,
  }).catch((error: Error) => {
    throw new Error([error.message, ...installation.services.map(({ log }) => log)].join('\n'));
  });

async function deadLetters(topic: string, letters: number): Promise<EventRecord[]> {
  const found: EventRecord[] = [];
  const consumer = await (await installation.servers.eventLog()).consume({
    groupId: uniqueName('letters'),
    topics: [deadLetterTopic(topic)],
    handlers: {
      onAssigned: async (places) => places.map((place) => ({ ...place, offset: 'beginning' as const })),
      onRevoked: async () => {},
      onBatch: async ({ records }) => void found.push(...records),
      onOutOfRange: async () => 'beginning',
      onError: () => {},
    },
  });
  await waitFor(() => found.length >= letters, { deadlineMs: WITHIN_MS, message: `${letters} dead letters` });
  await consumer.stop();
  return found;
}

const stream = () => installation.services.find(({ name }) => name === 'stream');
const archived = (format: string) =>
  installation.sql(
    `SELECT id, at, n, big, x, note, user, country, price, rebate FROM ${format} ORDER BY id FORMAT JSONCompactEachRow`,
  );

beforeAll(async () => {
  [registry, python] = await Promise.all([
    startSchemaRegistry({ homeDir: HOME_DIR }),
    pythonEnvironment({
      homeDir: HOME_DIR,
      name: 'registry-records',
      requirementsFile: join(DIRECTORY, 'requirements.txt'),
      log: () => undefined,
    }),
  ]);
  gate = await RegistryGate.before(registry.url);
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  const { redisUrl, queueRedisUrl } = own.stack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    paymentsProject(),
  );
  await Promise.all([
    installation.start('serving'),
    installation.start('stream', { FOREBAY_SCHEMA_REGISTRY_URL: gate.urlLike(registry.url) }),
  ]);
}, INSTALL_MS);

test('events in Avro and Protobuf have the values of the same events in JSON, served and archived', async () => {
  await produceEverywhere([1, 2, 3, 4, 5].map(eventLine));
  for (const format of FORMATS) await counted(format, 5);
  const expected = await valuesOf('json');
  expect(expected).toMatchObject({
    numbers: 15,
    paid: 3.75,
    last_big: 9223372036854775807n,
    last_note: 'Zürich 5',
  });
  for (const format of FORMATS) expect(await valuesOf(format)).toEqual(expected);
  const rows = await waitFor(
    async () => (await archived('json')).split('\n').length === 5 && archived('json'),
    {
      deadlineMs: WITHIN_MS,
      message: 'the events are archived',
    },
  );
  for (const format of FORMATS) {
    await waitFor(async () => (await archived(format)) === rows, {
      deadlineMs: WITHIN_MS,
      message: `the archive of ${format} is that of JSON`,
    });
  }
});

test('records of a later schema, and of the former one after it, are read each by its own', async () => {
  const [first, second] = [6, 7].map(eventLine) as [string, string];
  const later = await produce('evolved_avro', [first]);
  expect(await produce('avro', [second])).not.toBe(later);
  await counted('avro', 7);
  expect(await valuesOf('avro')).toMatchObject({ numbers: 28, paid: 7, last_note: 'Zürich 7' });
});

test('an unknown schema is a dead letter, and the partition moves on', async () => {
  const framed = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]);
  const topic = topics.avro as string;
  await (await installation.producer()).send([
    { topic, key: 'one', value: framed, partition: 0 },
    { topic, key: 'one', value: '{"id":"json"}', partition: 0 },
  ]);
  await produce('avro', [eventLine(8)]);
  await counted('avro', 8);
  const letters = await deadLetters(topic, 2);
  expect(letters.map(({ value }) => value)).toEqual([framed, Buffer.from('{"id":"json"}')]);
  expect(letters.map(({ headers }) => String(headers['__forebay.errors.reason']))).toEqual([
    'unknown_schema',
    'not_framed',
  ]);
  expect(String(letters[0]?.headers['__forebay.errors.message'])).toBe(
    'the schema registry has no schema 2147483647',
  );
});

test('while the registry is away the partition stands, and nothing is lost when it is back', async () => {
  // a service that knows no schema yet
  await stream()?.terminate();
  gate.isOpen = false;
  await produceEverywhere([9, 10].map(eventLine));
  const service = await installation.start('stream', {
    FOREBAY_SCHEMA_REGISTRY_URL: gate.urlLike(registry.url),
  });
  await counted('json', 7);
  await waitFor(
    async () =>
      /forebay_schema_lookup_failures_total\{[^}]*source="avro"\} [2-9]/.test(await service.metrics()),
    {
      deadlineMs: WITHIN_MS,
      message: 'look-ups fail, and are metered',
    },
  );
  expect(service.logged(/source \\"avro\\": reading stands, as schemas cannot be looked up/)).toBe(true);
  expect(await valuesOf('avro')).toMatchObject({ events: 8 });
  expect(await deadLetters(topics.avro as string, 2)).toHaveLength(2);
  gate.isOpen = true;
  await counted('avro', 10);
  await counted('protobuf', 7);
  expect(await valuesOf('protobuf')).toEqual(await valuesOf('json'));
});
