import { QueueLimit } from './queue-limit';

/** Calls that have a second each. */
function note(limit: QueueLimit, calls: number, share: number, inFlight: number): void {
  for (let i = 0; i < calls; i++) limit.note(1_000 * share, 1_000, inFlight);
}

test('calls that are quick leave the limit where it is', () => {
  const limit = new QueueLimit(2_000, 0.25, 20);
  note(limit, 10_000, 0.1, 1_500);
  expect(limit.limit).toBe(2_000);
});

test('a standing queue lets in fewer, from those that are in flight', () => {
  const limit = new QueueLimit(2_000, 0.25, 20);
  note(limit, 32, 0.5, 100);
  expect(limit.limit).toBe(75);
  note(limit, 32, 1, 75);
  expect(limit.limit).toBe(56.25);
});

test('one quick call among slow ones is no queue', () => {
  const limit = new QueueLimit(2_000, 0.25, 20);
  note(limit, 31, 0.9, 100);
  note(limit, 1, 0.01, 100);
  expect(limit.limit).toBe(2_000);
});

test('however slow all is a few are let in, and when it is quick again all are', () => {
  const limit = new QueueLimit(2_000, 0.25, 20);
  note(limit, 10_000, 1, 2_000);
  expect(limit.limit).toBe(16);
  note(limit, 32 * 12, 0.01, 8);
  expect(limit.limit).toBe(2_000);
});

test('calls that have little time and take little of it are no queue', () => {
  const limit = new QueueLimit(2_000, 0.25, 20);
  for (let i = 0; i < 1_000; i++) limit.note(4, 5, 100);
  expect(limit.limit).toBe(2_000);
});
