import { ReadCircuit, STALLED_AFTER_MS } from './read-circuit';

let nowMs = 0;
const circuit = () => new ReadCircuit('host:1', () => nowMs);

beforeEach(() => {
  nowMs = 1_000;
});

test('commands are sent while answers come, however many are owed', () => {
  const reads = circuit();
  for (let i = 0; i < 100; i++) {
    expect(reads.send()).toBeNull();
    nowMs += STALLED_AFTER_MS / 2;
    if (i > 0) reads.answered();
  }
});

test('once an answer is owed for too long, commands fail at once, until it has come', () => {
  const reads = circuit();
  reads.send();
  nowMs += STALLED_AFTER_MS + 1;
  reads.send();
  nowMs += 51;
  expect(reads.send()).toMatchObject({
    reason: 'unavailable',
    message: 'redis host:1 has not answered for 552 ms: nothing is read until it does',
  });
  reads.answered();
  reads.answered();
  expect(reads.send()).toBeNull();
});

test('an answer that came while the process itself was busy is not held against the server', () => {
  const reads = circuit();
  reads.send();
  nowMs += 10 * STALLED_AFTER_MS;
  expect(reads.send()).toBeNull();
  reads.answered();
  reads.answered();
  nowMs += 51;
  expect(reads.send()).toBeNull();
});

test('of two answers that are owed the older one counts', () => {
  const reads = circuit();
  reads.send();
  nowMs += STALLED_AFTER_MS;
  reads.send();
  reads.answered();
  nowMs += 1;
  expect(reads.send()).toBeNull();
});
