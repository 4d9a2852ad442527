/** Against a stub of the REST interface; a real registry answers in test/integration/schema-registry.test.ts. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openSchemaRegistry } from './open-schema-registry';

type Answer = readonly [status: number, body: unknown];

let server: Server | undefined;
let requests: IncomingMessage[] = [];
afterEach(() => new Promise<void>((done) => (server === undefined ? done() : server.close(() => done()))));

/** Answers each path with what stands there, and 404 with what a registry says to the rest. */
async function stub(answers: Readonly<Record<string, Answer>>): Promise<string> {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request);
    const [status, body] = answers[request.url as string] ?? [404, { error_code: 40403, message: 'no' }];
    response.writeHead(status, { connection: 'close' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((ready) => server?.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const open = (schemaRegistryUrl: string | undefined, more = {}) =>
  openSchemaRegistry({
    schemaRegistryUrl,
    schemaRegistryUser: undefined,
    schemaRegistryPassword: undefined,
    schemaRegistryToken: undefined,
    ...more,
  });

describe('a schema registry', () => {
  it('gives a schema by its id, Avro where it says no type', async () => {
    const url = await stub({ '/base/schemas/ids/7': [200, { schema: '"string"' }] });
    expect(await open(`${url}/base/`).schemaOf(7)).toEqual({
      type: 'AVRO',
      text: '"string"',
      referenced: [],
    });
    expect(requests[0]?.headers.authorization).toBeUndefined();
  });

  it('collects what a schema refers to, each once, and before what uses it', async () => {
    const reference = (subject: string) => ({ name: `${subject}.proto`, subject, version: 1 });
    const url = await stub({
      '/schemas/ids/1': [
        200,
        { schemaType: 'PROTOBUF', schema: 'main', references: [reference('a'), reference('b/c')] },
      ],
      '/subjects/a/versions/1': [200, { schema: 'A', references: [reference('b/c')] }],
      '/subjects/b%2Fc/versions/1': [200, { schema: 'BC' }],
    });
    expect(await open(url).schemaOf(1)).toEqual({ type: 'PROTOBUF', text: 'main', referenced: ['BC', 'A'] });
    expect(requests).toHaveLength(3);
  });

  it('says that there is none only if it is a registry that says so', async () => {
    const url = await stub({
      '/schemas/ids/2': [404, '<html>not here</html>'],
      '/schemas/ids/3': [503, { error_code: 50301, message: 'no leader' }],
      '/schemas/ids/4': [401, { error_code: 401, message: 'who?' }],
      '/schemas/ids/5': [200, 'welcome'],
      '/schemas/ids/6': [200, {}],
    });
    const registry = open(url);
    expect(await registry.schemaOf(1)).toBeNull();
    const host = url.slice('http://'.length);
    for (const [id, what] of [
      [2, 'it answered 404 to /schemas/ids/2: <html>not here</html>'],
      [3, 'it answered 503 to /schemas/ids/3: {"error_code":50301,"message":"no leader"}'],
      [4, 'it answered 401 to /schemas/ids/4: {"error_code":401,"message":"who?"}'],
      [5, 'it answered 200 to /schemas/ids/5: welcome'],
      [6, 'it answered without a schema'],
    ] as const) {
      await expect(registry.schemaOf(id)).rejects.toMatchObject({
        reason: 'unavailable',
        message: `schema registry at ${host}/: ${what}`,
      });
    }
  });

  it('that cannot be reached is unavailable, and its password is in no message', async () => {
    const url = new URL(await stub({}));
    server?.close();
    url.username = 'me';
    url.password = 'secret';
    const failure = await open(url.href)
      .schemaOf(1)
      .catch((error: Error) => error);
    expect(failure).toMatchObject({ reason: 'unavailable' });
    expect(JSON.stringify([String(failure), failure])).not.toMatch(/secret|bWU6c2VjcmV0/);
    expect(String(failure)).toMatch(/schema registry at 127\.0\.0\.1:\d+\/: .*ECONNREFUSED/);
  });

  it('is told who asks', async () => {
    const url = await stub({});
    const asked = async (more: object, at = url) => {
      await open(at, more).schemaOf(1);
      return requests.at(-1)?.headers.authorization;
    };
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    expect(await asked({ schemaRegistryUser: 'me', schemaRegistryPassword: 'p:w' })).toBe(basic('me:p:w'));
    expect(await asked({}, url.replace('//', '//me:p%40w@'))).toBe(basic('me:p@w'));
    expect(await asked({ schemaRegistryToken: 't' })).toBe('Bearer t');
    expect(() => open(url, { schemaRegistryToken: 't', schemaRegistryUser: 'me' })).toThrow(
      'the schema registry has a user and a token: set FOREBAY_SCHEMA_REGISTRY_USER or FOREBAY_SCHEMA_REGISTRY_TOKEN, not both',
    );
  });

  it('that is not set is unavailable, too: reading waits for it', async () => {
    await expect(open(undefined).schemaOf(1)).rejects.toMatchObject({
      reason: 'unavailable',
      message: 'there is no schema registry: set FOREBAY_SCHEMA_REGISTRY_URL',
    });
  });
});
