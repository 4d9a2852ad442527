import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReadinessHandle } from '@forebay/service-kit';
import { JwtKeyUrl } from './jwt-key-url';
import { capturedLog, unreadInstruments } from './security.fixture';

const SET = JSON.stringify({ keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] });
const OTHER_SET = JSON.stringify({ keys: [{ kty: 'EC', crv: 'P-256', x: 'z', y: 'y' }] });

const servers: Server[] = [];
const opened: JwtKeyUrl[] = [];
afterEach(() => {
  for (const keys of opened.splice(0)) keys.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function keysOf(answer: RequestListener) {
  const server = createServer(answer);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { logger, lines } = capturedLog();
  const time = { nowMs: 0 };
  const states: string[] = [];
  const readiness: ReadinessHandle = {
    ready: () => states.push('ready'),
    notReady: (reason) => states.push(reason),
    remove: () => undefined,
  };
  const keys = new JwtKeyUrl({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    refreshEveryMs: 2 ** 31 - 1,
    logger,
    instruments: unreadInstruments(),
    readiness,
    clock: () => time.nowMs,
  });
  opened.push(keys);
  await keys.start();
  return { keys, time, lines, states };
}

test('keys are read at the start, and anew for a JWT with an unknown key, though not at every one', async () => {
  let [body, asked] = [SET, 0];
  const { keys, time, states } = await keysOf((_, response) => {
    asked++;
    response.end(body);
  });
  const changes: number[] = [];
  keys.onChange(() => changes.push(time.nowMs));
  expect(keys.current(0).keys).toMatchObject([{ x: 'x' }]);
  expect(states).toEqual(['ready']);
  body = OTHER_SET;
  expect(await keys.refresh()).toBe(false);
  expect(asked).toBe(1);
  time.nowMs = 5_000;
  expect(await Promise.all([keys.refresh(), keys.refresh()])).toEqual([true, true]);
  expect(asked).toBe(2);
  expect(keys.current(0).keys).toMatchObject([{ x: 'z' }]);
  expect(changes).toEqual([5_000]);
});

test('while the URL fails the keys before stay, and are no longer trusted after a day', async () => {
  let fails = false;
  const { keys, time, lines } = await keysOf((_, response) => {
    if (fails) response.writeHead(503).end();
    else response.end(SET);
  });
  fails = true;
  time.nowMs = 10_000;
  expect(await keys.refresh()).toBe(false);
  expect(keys.current(time.nowMs).keys).toHaveLength(1);
  expect(lines.join('')).toMatch(/the answer has status 503; the keys before stay in use/);
  time.nowMs = 24 * 3_600_000 + 1;
  expect(() => keys.current(time.nowMs)).toThrow('could not be read from');
  expect(() => keys.current(time.nowMs)).toThrow(expect.objectContaining({ reason: 'unavailable' }));
});

test.each<[string, RequestListener, RegExp]>([
  ['is no set', (_, response) => response.end('<html>'), /it is not JSON/],
  ['is somewhere else', (_, response) => response.writeHead(302, { location: '/x' }).end(), /redirect/],
  ['has no end', (_, response) => endless(response), /longer than 262144 bytes/],
  ['breaks off', (request) => request.socket.destroy(), /fetch failed/],
])('an answer that %s leaves the service without keys, and it says so', async (_, answer, why) => {
  const { keys, states, lines } = await keysOf(answer);
  expect(() => keys.current(0)).toThrow('have not been read from');
  expect(states).toEqual([expect.stringMatching(why)]);
  expect(lines.join('')).toMatch(/no JWT can be verified/);
});

function endless(response: Parameters<RequestListener>[1]): void {
  const chunk = Buffer.alloc(65_536, 'x');
  const write = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', write);
  write();
}
