import { editDistance, nearestName } from './nearest-name';

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', '', 3],
  ['kitten', 'sitting', 3],
  ['FOREBAY_REDIS_ULR', 'FOREBAY_REDIS_URL', 1],
])('from "%s" to "%s" it is %i edits', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
});

test('the nearest name is found, and nothing is guessed when none is near', () => {
  const known = ['FOREBAY_REDIS_URL', 'FOREBAY_QUEUE_REDIS_URL', 'FOREBAY_LOG_LEVEL'];
  expect(nearestName('FOREBAY_REDIS_ULR', known)).toBe('FOREBAY_REDIS_URL');
  expect(nearestName('FOREBAY_LOGLEVEL', known)).toBe('FOREBAY_LOG_LEVEL');
  expect(nearestName('FOREBAY_SOMETHING_ELSE', known)).toBeNull();
  expect(nearestName('x', [])).toBeNull();
  expect(nearestName('FOREBAY_'.repeat(1_000_000), known)).toBeNull();
});
