import { messageFromJson } from '@forebay/contract';
import {
  begun,
  chunkId,
  doneChunks,
  failureOf,
  jobData,
  missingChunks,
  planned,
  readJob,
  repeated,
  retried,
} from './run-state';

const NEW = messageFromJson('RunState', {});
const key = (round: number, chunk: number) =>
  `forebay-jobs:chunks:${chunkId('materialize', '12', round, chunk)}`;
const result = { values: 10, bytes: 100, older: 0, duration_ms: 5, was_done: false };
const valuesOf = (...chunks: [round: number, chunk: number][]) =>
  Object.fromEntries(chunks.map(([round, chunk]) => [key(round, chunk), result]));

test('a run begins once, and its time counts from there', () => {
  expect(begun(NEW, 1_000).started_at_ms).toBe(1_000);
  expect(begun(begun(NEW, 1_000), 2_000).started_at_ms).toBe(1_000);
  expect(begun(retried(begun(NEW, 1_000)), 2_000).started_at_ms).toBe(2_000);
});

test('chunks of the plan count, in whichever round they were done', () => {
  const run = retried(planned(NEW, 4));
  const done = doneChunks(run, valuesOf([1, 0], [2, 2]));
  expect([...done.keys()]).toEqual([0, 2]);
  expect(missingChunks(run, done)).toEqual([1, 3]);
});

test('chunks of an earlier plan do not', () => {
  const run = planned(planned(NEW, 4), 3);
  expect(missingChunks(run, doneChunks(run, valuesOf([1, 0], [1, 1], [2, 2])))).toEqual([0, 1]);
});

test('chunks that are lost count again only when they are done again, after another failure too', () => {
  const lost = repeated(planned(NEW, 3), [1]);
  expect(missingChunks(lost, doneChunks(lost, valuesOf([1, 0], [1, 1], [1, 2])))).toEqual([1]);
  const again = retried(lost);
  expect(missingChunks(again, doneChunks(again, valuesOf([1, 0], [1, 1], [1, 2])))).toEqual([1]);
  expect(missingChunks(again, doneChunks(again, valuesOf([1, 0], [1, 1], [1, 2], [2, 1])))).toEqual([]);
});

test('losses are counted anew with every plan, and when somebody lets the run go on', () => {
  const lost = repeated(repeated(planned(NEW, 3), [1]), [2]);
  expect(lost.losses).toBe(2);
  expect(planned(lost, 3).losses).toBe(0);
  expect(retried(lost).losses).toBe(0);
});

test('a chunk that failed fails its own round, not a later one', () => {
  const run = planned(NEW, 2);
  const failures = { [key(1, 1)]: 'unavailable: away' };
  expect(failureOf(run, failures)).toBe('unavailable: away');
  expect(failureOf(retried(run), failures)).toBeNull();
});

test('ids of schedules, which have colons, name chunks too', () => {
  const id = chunkId('materialize', 'repeat:schedule:shop.visits@1:1700000', 3, 7);
  expect(id).toBe('materialize.repeat~schedule~shop.visits@1~1700000.3.7');
  expect([...doneChunks(planned(NEW, 8), { [`forebay-jobs:chunks:${id}`]: result }).keys()]).toEqual([7]);
});

test('what is stored is the payload, with run and plan beside it', () => {
  const payload = messageFromJson('MaterializeJob', { project: 'shop', view: 'visits', version: 2 });
  expect(readJob('materialize', payload)).toEqual({ payload, run: NEW, plan: null });
  const plan = messageFromJson('MaterializePlan', {
    run: 'r',
    cut_ms: 3_600_000,
    segments: { covers_all: true },
  });
  const stored = { payload, run: planned(NEW, 4), plan };
  expect(readJob('materialize', JSON.parse(JSON.stringify(jobData(stored))))).toEqual(stored);
});
