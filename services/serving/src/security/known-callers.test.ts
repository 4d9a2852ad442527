import { ANYONE } from './caller';
import { KnownCallers } from './known-callers';

test('what is used stays, what is not is forgotten, and memory is bounded', () => {
  const known = new KnownCallers();
  known.add('busy', ANYONE);
  known.add('idle', ANYONE);
  for (let i = 0; i < 20_000; i++) {
    known.add(`other ${i}`, ANYONE);
    expect(known.get('busy')).toBe(ANYONE);
  }
  expect(known.get('idle')).toBeUndefined();
  expect(known.size).toBeLessThanOrEqual(10_001);
});

test('what is deleted is in neither generation', () => {
  const known = new KnownCallers();
  known.add('a', ANYONE);
  for (let i = 0; i < 5_000; i++) known.add(`other ${i}`, ANYONE);
  known.get('a');
  known.delete('a');
  expect(known.get('a')).toBeUndefined();
});
