import { counted, shortened, wrapped } from './fitted-text';

test('words go over as many lines as they need, further lines indented', () => {
  expect(wrapped('  one two three four five', 2, 14)).toBe('  one two\n    three four\n    five');
  expect(wrapped('fits', 2, 14)).toBe('fits');
});

test('a word that is too long for any line has a line of its own', () => {
  expect(wrapped('a muchtoolongword b', 0, 8)).toBe('a\nmuchtoolongword\nb');
});

test('what is too long is shortened to the width', () => {
  expect([shortened('abcdef', 6), shortened('abcdefg', 6)]).toEqual(['abcdef', 'abcde…']);
});

test('one is one', () => {
  expect([counted(0, 'job'), counted(1, 'job'), counted(1_234, 'job')]).toEqual([
    '0 jobs',
    '1 job',
    '1,234 jobs',
  ]);
});
