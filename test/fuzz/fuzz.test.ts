import { nativeRequestTarget } from './native-request';
import { runTarget } from './run-target';

test.each([nativeRequestTarget()])('$name', (target) => {
  const { findings } = runTarget(target, 20_000, 1);
  expect(findings).toEqual([]);
});
