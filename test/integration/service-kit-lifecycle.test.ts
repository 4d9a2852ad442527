import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { asReadyAnnouncement, parseReadyLine } from '@forebay/service-kit';
import { buildServiceKit, type LaunchOptions, launch as launchTrial } from '../support/trial-service';

const running: ChildProcess[] = [];

beforeAll(buildServiceKit);
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

function launch(script: string, options: LaunchOptions = {}) {
  const trial = launchTrial(script, options);
  running.push(trial.child);
  return trial;
}

test('a service announces its ports, is ready, and stops its components in reverse on SIGTERM with code 0', async () => {
  const trial = launch(`
    run(async (service) => {
      await part(service, 'a');
      await part(service, 'b');
      return { grpc: 1234 };
    });
  `);
  await trial.says('"ready":true');
  const announced = trial
    .output()
    .split('\n')
    .map(parseReadyLine)
    .find((a) => a !== null);
  expect(announced).toMatchObject({ service: 'trial', ports: { grpc: 1234, metrics: expect.any(Number) } });
  const readyz = await fetch(`http://127.0.0.1:${announced?.ports.metrics}/readyz`);
  expect(readyz.status).toBe(200);
  expect(await readyz.json()).toMatchObject({ components: [{ name: 'trial', ready: true }] });
  trial.child.kill('SIGTERM');
  expect(await trial.exitCode).toBe(0);
  const steps = trial
    .output()
    .split('\n')
    .filter((line) => /^\w (started|stopped)$/.test(line));
  expect(steps).toEqual(['a started', 'b started', 'b stopped', 'a stopped']);
});

test('a failed start closes what was started, and tells the message without a stack', async () => {
  const trial = launch(`
    run(async (service) => {
      await part(service, 'a');
      await service.component('b', () => {
        throw new ForebayError('unavailable', 'redis at h:1 could not be reached: set FOREBAY_REDIS_URL');
      }, () => {});
    });
  `);
  expect(await trial.exitCode).toBe(1);
  expect(trial.output()).toContain('a stopped');
  const fatal = trial.lines().find((line) => line.level === 'fatal');
  expect(fatal).toMatchObject({
    reason: 'unavailable',
    msg: 'redis at h:1 could not be reached: set FOREBAY_REDIS_URL',
  });
  expect(trial.output()).not.toContain('at Object');
  expect(trial.output()).not.toContain('"ready":true');
});

test('a mistake in the configuration is told on standard error, with code 1', async () => {
  const trial = launch(`run(async () => ({}), { FOREBAY_LOG_LEVL: 'info' });`);
  expect(await trial.exitCode).toBe(1);
  expect(trial.output()).toBe('trial: FOREBAY_LOG_LEVL is not a setting: did you mean FOREBAY_LOG_LEVEL?\n');
});

test('a component that does not stop within the grace time is named, with code 1', async () => {
  const trial = launch(`
    run(async (service) => {
      await service.component('kafka consumer', () => {}, () => new Promise(() => setInterval(() => {}, 1000)));
      return {};
    }, { FOREBAY_SHUTDOWN_GRACE: '300ms' });
  `);
  await trial.says('"ready":true');
  trial.child.kill('SIGINT');
  expect(await trial.exitCode).toBe(1);
  expect(trial.output()).toContain(
    'the service did not stop within 300ms: it was stopping \\"kafka consumer\\"',
  );
});

test('a second signal ends it at once, and names what was being waited for', async () => {
  const trial = launch(`
    run(async (service) => {
      await service.component('slow', () => {}, () => { say('slow is stopping'); return new Promise(() => {}); });
      return {};
    });
  `);
  await trial.says('"ready":true');
  trial.child.kill('SIGTERM');
  await trial.says('slow is stopping');
  trial.child.kill('SIGINT');
  expect(await trial.exitCode).toBe(1);
  expect(trial.output()).toContain('a second signal (SIGINT) came while the service was stopping \\"slow\\"');
});

test.each([
  ['an unhandled rejection', `Promise.reject(new Error('boom'))`],
  ['an uncaught error', `setImmediate(() => { throw new Error('boom'); })`],
  ['a component that gives up', `service.fail(new Error('boom'))`],
])('%s is logged with its stack, and the service stops in good order with code 1', async (_, statement) => {
  const trial = launch(`
    run(async (service) => {
      await part(service, 'a');
      ${statement};
      return {};
    });
  `);
  expect(await trial.exitCode).toBe(1);
  expect(trial.output()).toContain('a stopped');
  const fatal = trial.lines().find((line) => line.level === 'fatal');
  expect(fatal).toMatchObject({ msg: 'boom', err: { stack: expect.stringContaining('Error: boom') } });
});

test('a signal during an attempt to connect ends the start, with code 0', async () => {
  const trial = launch(`
    run(async (service) => {
      await part(service, 'a');
      const options = { what: 'Redis', setting: 'FOREBAY_REDIS_URL', url: 'redis://h', deadlineMs: 60000 };
      await connectWithRetry({ ...options, signal: service.signal, log: service.logger }, async () => {
        throw new Error('refused');
      });
    });
  `);
  await trial.says('Redis at redis://h is not reachable (refused); trying again');
  trial.child.kill('SIGTERM');
  expect(await trial.exitCode).toBe(0);
  expect(trial.output()).toContain('a stopped');
});

test('a start that does not heed the signal is named', async () => {
  const trial = launch(`
    run(async (service) => {
      say('starting');
      await service.component('clickhouse', () => new Promise(() => {}), () => {});
    }, { FOREBAY_SHUTDOWN_GRACE: '200ms' });
  `);
  await trial.says('starting\n');
  trial.child.kill('SIGTERM');
  expect(await trial.exitCode).toBe(1);
  expect(trial.output()).toContain('it was starting \\"clickhouse\\"');
});

test('a forked service tells its parent when it is ready, and stops when the parent lets go', async () => {
  const trial = launch(`run(async (service) => { await part(service, 'a'); return { grpc: 7 }; });`, {
    ipc: true,
  });
  const [message] = await once(trial.child, 'message');
  expect(asReadyAnnouncement(message)).toMatchObject({ service: 'trial', ports: { grpc: 7 } });
  trial.child.disconnect();
  expect(await trial.exitCode).toBe(0);
  expect(trial.output()).toContain('a stopped');
});
