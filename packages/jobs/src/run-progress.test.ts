import { messageFromJson } from '@forebay/contract';
import { progressOf } from './run-progress';
import { planned } from './run-state';

const run = planned(messageFromJson('RunState', {}), 10);
const chunk = (durationMs: number, wasDone = false) =>
  messageFromJson('ChunkResult', { values: 10, bytes: 100, duration_ms: durationMs, was_done: wasDone });

test('values are those of the chunks that are done and of those under way', () => {
  const done = new Map([
    [0, chunk(1_000)],
    [1, chunk(3_000)],
  ]);
  expect(progressOf(run, done, [{ values: 4, bytes: 40 }])).toEqual({
    chunksDone: 2,
    chunks: 10,
    values: 24,
    bytes: 240,
    etaMs: 16_000,
  });
});

test('two at a time take half the time', () => {
  const underWay = [
    { values: 0, bytes: 0 },
    { values: 0, bytes: 0 },
  ];
  expect(progressOf(run, new Map([[0, chunk(1_000)]]), underWay).etaMs).toBe(4_500);
});

test('a chunk that was found done says nothing of the time', () => {
  expect(progressOf(run, new Map([[0, chunk(1, true)]]), []).etaMs).toBeNull();
});
