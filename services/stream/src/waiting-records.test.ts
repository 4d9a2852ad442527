import { WaitingRecords } from './waiting-records';

const eventsAt = (timesMs: readonly number[]) => timesMs.map((eventTimeMs) => ({ eventTimeMs }));
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

test('the instants of all events wait, however many pieces they come in', () => {
  const waiting = new WaitingRecords();
  waiting.add(3, eventsAt([10, 20]), [11, 21]);
  waiting.add(5_000, eventsAt(upTo(5_000)), upTo(5_000));
  waiting.add(1, eventsAt([30]), [31]);
  const { count, events, arrivedAtMs, happenedAtMs } = waiting;
  expect([count, events]).toEqual([5_004, 5_003]);
  expect([...happenedAtMs.subarray(0, events)]).toEqual([10, 20, ...upTo(5_000), 30]);
  expect([...arrivedAtMs.subarray(0, events)]).toEqual([11, 21, ...upTo(5_000), 31]);
});

test('nothing waits any more when they are stored', () => {
  const waiting = new WaitingRecords();
  waiting.add(2, eventsAt([10]), [11]);
  waiting.clear();
  expect([waiting.count, waiting.events]).toEqual([0, 0]);
  waiting.add(1, eventsAt([20]), [21]);
  expect([...waiting.happenedAtMs.subarray(0, waiting.events)]).toEqual([20]);
});
