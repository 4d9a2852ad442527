import { Readiness } from './readiness';

test('with no component a service is ready; with components when all of them are', () => {
  const readiness = new Readiness();
  expect(readiness.status()).toEqual({ ready: true, components: [] });
  const redis = readiness.component('redis', 'connecting');
  const kafka = readiness.component('kafka');
  kafka.ready();
  expect(readiness.status()).toEqual({
    ready: false,
    components: [
      { name: 'redis', ready: false, reason: 'connecting' },
      { name: 'kafka', ready: true },
    ],
  });
  redis.ready();
  expect(readiness.status().ready).toBe(true);
  redis.notReady('the connection was lost');
  expect(readiness.status().components[0]).toEqual({
    name: 'redis',
    ready: false,
    reason: 'the connection was lost',
  });
  redis.remove();
  expect(readiness.status()).toEqual({ ready: true, components: [{ name: 'kafka', ready: true }] });
});

test('listeners hear of changes only, until they leave', () => {
  const readiness = new Readiness();
  const heard: boolean[] = [];
  const leave = readiness.onChange((status) => heard.push(status.ready));
  const handle = readiness.component('a');
  handle.notReady('starting');
  handle.ready();
  handle.ready();
  leave();
  handle.notReady('x');
  expect(heard).toEqual([false, true]);
});

test('a name can be taken once', () => {
  const readiness = new Readiness();
  readiness.component('a');
  expect(() => readiness.component('a')).toThrow('readiness has a component "a" already');
});
