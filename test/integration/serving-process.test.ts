import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { connect } from '@forebay/client';
import { connectRedis } from '@forebay/online-store';
import { parseReadyLine, type ReadyAnnouncement } from '@forebay/service-kit';
import { OPEN_SERVING } from '../support/open-serving';
import { useOwnRedis, waitFor } from '../support/stack';
import { Seeder } from './serving-fixture';
import { flightsRegistry } from './serving-project';

const ROOT = resolve(__dirname, '..', '..');
const MAIN = resolve(ROOT, 'services', 'serving', 'dist', 'main.js');
const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

const redis = useOwnRedis();

beforeAll(() => {
  // The service under test is a process of its own: it runs what is built.
  execFileSync('npx', ['tsc', '-b', 'services/serving'], { cwd: ROOT });
});

function launch(environment: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      FOREBAY_SERVING_PORT: '0',
      FOREBAY_REDIS_URL: redis.url,
      ...OPEN_SERVING,
      ...environment,
    },
  });
  running.push(child);
  let text = '';
  const collect = (chunk: Buffer) => {
    text += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const exitCode = once(child, 'close').then(([code]) => code as number | null);
  return { child, output: () => text, exitCode };
}

function readyAnnouncement(text: string): ReadyAnnouncement | undefined {
  return (
    text
      .split('\n')
      .map(parseReadyLine)
      .find((announcement) => announcement !== null) ?? undefined
  );
}

test('the service announces its ports, serves, and stops on SIGTERM with code 0', async () => {
  const connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
  await new Seeder(connection, flightsRegistry()).apply();
  await connection.close();
  const service = launch({});
  const announced = await waitFor(() => readyAnnouncement(service.output()), {
    deadlineMs: 20_000,
    message: 'it is ready',
  });
  expect(announced).toMatchObject({
    service: 'serving',
    ports: { grpc: expect.any(Number), metrics: expect.any(Number) },
  });
  const client = connect({ address: `127.0.0.1:${announced.ports.grpc}` });
  const read = await client.getOnlineFeatures({
    project: 'flights',
    featureService: 'delays',
    keys: { airport: ['ORD'] },
  });
  expect(read.degraded[0]?.reason).toMatch(/^no_progress: /);
  expect((await fetch(`http://127.0.0.1:${announced.ports.metrics}/readyz`)).status).toBe(200);
  service.child.kill('SIGTERM');
  expect(await service.exitCode).toBe(0);
  client.close();
});

test('a Redis that cannot be reached is named with its setting, with code 1', async () => {
  const service = launch({ FOREBAY_REDIS_URL: 'redis://127.0.0.1:1', FOREBAY_STARTUP_DEADLINE: '500ms' });
  expect(await service.exitCode).toBe(1);
  expect(service.output()).toMatch(/redis 127\.0\.0\.1:1: no connection within 500 ms .*FOREBAY_REDIS_URL/);
});

test('a port that is taken is named with its setting, with code 1', async () => {
  const port = new URL(redis.url).port;
  const service = launch({ FOREBAY_SERVING_PORT: port });
  expect(await service.exitCode).toBe(1);
  expect(service.output()).toMatch(
    new RegExp(`gRPC cannot listen on 127\\.0\\.0\\.1:${port}: .*FOREBAY_SERVING_PORT`),
  );
});

test('mistakes in the configuration are told, with code 1', async () => {
  const service = launch({ FOREBAY_SERVING_DRAIN_DEADLINE: '30s', FOREBAY_SHUTDOWN_GRACE: '20s' });
  expect(await service.exitCode).toBe(1);
  expect(service.output()).toMatch(
    /^serving: FOREBAY_SERVING_DRAIN_DELAY \(0 ms\) and FOREBAY_SERVING_DRAIN_DEADLINE \(30000 ms\) are together not shorter than FOREBAY_SHUTDOWN_GRACE/,
  );
});
