import { ComponentStack } from './component-stack';

test('components stop in the reverse order of their start, each with what its start gave', async () => {
  const stack = new ComponentStack();
  const log: string[] = [];
  const start = (name: string) =>
    stack.start(
      name,
      () => name.toUpperCase(),
      (started) => void log.push(started),
    );
  expect(await start('a')).toBe('A');
  await start('b');
  expect(await stack.stopAll()).toEqual([]);
  expect(log).toEqual(['B', 'A']);
  expect(await stack.stopAll()).toEqual([]);
  expect(log).toEqual(['B', 'A']);
});

test('a failing stop is reported and does not keep the others from being stopped', async () => {
  const stack = new ComponentStack();
  const stopped = jest.fn();
  await stack.start('a', () => 1, stopped);
  const error = new Error('no');
  await stack.start(
    'b',
    () => 2,
    () => {
      throw error;
    },
  );
  expect(await stack.stopAll()).toEqual([{ name: 'b', error }]);
  expect(stopped).toHaveBeenCalledWith(1);
});

test('what hangs is named', async () => {
  const stack = new ComponentStack();
  let release = () => {};
  const hang = () => new Promise<void>((resolve) => (release = resolve));
  const starting = stack.start('kafka', hang, () => {});
  expect(stack.activity).toBe('starting "kafka"');
  release();
  await starting;
  expect(stack.activity).toBeNull();
  await stack.start('redis', () => {}, hang);
  const stopping = stack.stopAll();
  expect(stack.activity).toBe('stopping "redis"');
  release();
  await stopping;
  expect(stack.activity).toBeNull();
});

test('a component that comes up after the stop began is stopped at once, and none starts any more', async () => {
  const stack = new ComponentStack();
  let release = () => {};
  const stopped = jest.fn();
  const starting = stack.start('late', () => new Promise<void>((resolve) => (release = resolve)), stopped);
  await stack.stopAll();
  release();
  await expect(starting).rejects.toThrow('"late" was not started: the service is stopping');
  expect(stopped).toHaveBeenCalledTimes(1);
  await expect(stack.start('x', () => 1, stopped)).rejects.toThrow('the service is stopping');
});
