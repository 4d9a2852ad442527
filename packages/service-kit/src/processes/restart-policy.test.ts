import { RestartPolicy } from './restart-policy';

test('a process that had run for a while is started again at once', () => {
  const policy = new RestartPolicy();
  for (let i = 0; i < 20; i++) expect(policy.ended(60_000)).toEqual({ restartAfterMs: 0 });
});

test('ends in a row wait longer and longer, and then give up', () => {
  const policy = new RestartPolicy();
  const decisions = Array.from({ length: 8 }, () => policy.ended(20));
  expect(decisions.slice(0, 7)).toEqual(
    [100, 200, 400, 800, 1_600, 3_200, 6_400].map((restartAfterMs) => ({ restartAfterMs })),
  );
  expect(decisions[7]).toEqual({ giveUp: '8 processes in a row ended within 10 s' });
});

test('a steady process forgives what was before', () => {
  const policy = new RestartPolicy();
  for (let i = 0; i < 7; i++) policy.ended(20);
  expect(policy.ended(10_000)).toEqual({ restartAfterMs: 0 });
  expect(policy.ended(20)).toEqual({ restartAfterMs: 100 });
});
