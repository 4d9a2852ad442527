import { ForebayError } from '@forebay/contract';
import { redisError } from './redis-errors';

function reply(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError' });
}

test.each([
  [reply('OOM command not allowed when used memory > maxmemory.'), 'overloaded', /raise maxmemory/],
  [reply('NOPERM User has no permissions'), 'invalid_configuration', /grant the user/],
  [reply('LOADING Redis is loading the dataset in memory'), 'unavailable', /LOADING/],
  [reply('ERR something else'), 'internal', /ERR something else/],
  [new Error('Connection is closed.'), 'unavailable', /Connection is closed/],
  ['a thrown text', 'unavailable', /a thrown text/],
] as const)('%s is %s', (thrown, reason, message) => {
  const error = redisError(thrown, 'cache:6379', 'flushing');
  expect(error.reason).toBe(reason);
  expect(error.message).toMatch(message);
  expect(error.message).toMatch(/^flushing on redis cache:6379: /);
});

test('an error of ours stays what it is', () => {
  const error = new ForebayError('conflict', 'mine');
  expect(redisError(error, 'cache:6379', 'flushing')).toBe(error);
});
