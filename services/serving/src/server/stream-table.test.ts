import { connect, createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import fc from 'fast-check';
import { StreamTable, useStreamTable, useStreamTables } from './stream-table';

const id = fc.integer({ min: 0, max: 2_000 }).map((n) => 2 * n + 1);
const step = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('set' as const), id }), weight: 80 },
  { arbitrary: fc.record({ do: fc.constantFrom('delete' as const, 'get' as const), id }), weight: 100 },
  { arbitrary: fc.constant({ do: 'clear' as const, id: 1 }), weight: 1 },
);

test('it holds what a Map would, whatever ids are open at a time', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), fc.boolean(), (steps, isSequence) => {
      const map = new Map<number, string>();
      const table = new StreamTable<string>();
      for (const [i, { do: what, id: given }] of steps.entries()) {
        // as a client numbers its streams, some of which stay open; or any
        const of = isSequence ? 2 * (what === 'set' ? i : i - (given % 40)) + 1 : given;
        if (what === 'set') expect([table.set(of, `${i}`), map.set(of, `${i}`)][0]).toBe(table);
        else if (what === 'delete') expect(table.delete(of)).toBe(map.delete(of));
        else if (what === 'clear') [table.clear(), map.clear()];
        expect([table.get(of), table.has(of), table.size]).toEqual([map.get(of), map.has(of), map.size]);
      }
      const byId = (entries: Iterable<[number, string]>) => [...entries].sort(([a], [b]) => a - b);
      expect(byId(table)).toEqual(byId(map));
      expect([...table.keys()].sort()).toEqual([...map.keys()].sort());
      expect([...table.values()].sort()).toEqual([...map.values()].sort());
      let seen = 0;
      table.forEach((stream, key, all) => {
        expect(all.get(key)).toBe(stream);
        table.delete(key);
        seen++;
      });
      expect([seen, table.size]).toEqual([map.size, 0]);
    }),
  );
});

test('a session of this version of Node takes it, and goes on with the streams that it has; one that is built otherwise is left alone', async () => {
  expect(useStreamTable({})).toBe(false);
  expect(useStreamTable({ [Symbol('state')]: { streams: [] } })).toBe(false);
  const server = createServer();
  const sessions: ServerHttp2Session[] = [];
  const took: boolean[] = [];
  server.on('session', (session) => sessions.push(session));
  server.on('stream', (stream, headers) => {
    if (headers[':path'] === '/first') took.push(useStreamTable(sessions[0] as ServerHttp2Session));
    stream.respond();
    stream.end(`answer of ${headers[':path']}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const ask = (path: string) =>
    new Promise<string>((resolve, reject) => {
      const stream = client.request({ ':path': path });
      let text = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => (text += chunk));
      stream.on('end', () => resolve(text));
      stream.on('error', reject);
    });
  expect(await ask('/first')).toBe('answer of /first');
  expect(took).toEqual([true]);
  const paths = Array.from({ length: 300 }, (_, i) => `/${i}`);
  expect(await Promise.all(paths.map(ask))).toEqual(paths.map((path) => `answer of ${path}`));
  client.close();
  await new Promise((resolve) => server.close(resolve));
});

test('the sessions of a server of grpc-js have one', async () => {
  const server = new Server();
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  useStreamTables(server);
  const held = new Promise((resolve) => {
    for (const http2Server of (
      server as unknown as { http2Servers: Map<NodeJS.EventEmitter, unknown> }
    ).http2Servers.keys())
      http2Server.on('session', (session) => {
        const state = Object.getOwnPropertySymbols(session).find(
          ({ description }) => description === 'state',
        );
        resolve(session[state as symbol].streams);
      });
  });
  const client = connect(`http://127.0.0.1:${port}`);
  expect(await held).toBeInstanceOf(StreamTable);
  client.destroy();
  server.forceShutdown();
});
