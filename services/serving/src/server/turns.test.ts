import { Turns } from './turns';

const nextTurn = () => new Promise(setImmediate);

test('work is done in the order in which it comes, and no turn of the event loop takes long', async () => {
  let nowMs = 0;
  const turns = new Turns(() => nowMs);
  const done: number[] = [];
  for (let i = 0; i < 7; i++) {
    turns.run({
      begin: () => {
        done.push(i);
        nowMs += 4;
      },
    });
  }
  expect(done).toEqual([0, 1, 2]);
  await nextTurn();
  turns.run({ begin: () => done.push(7) });
  expect(done).toEqual([0, 1, 2, 3, 4, 5]);
  await nextTurn();
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('a turn of its own begins when the event loop has gone round', async () => {
  let nowMs = 0;
  const turns = new Turns(() => nowMs);
  const done: string[] = [];
  turns.run({ begin: () => done.push('a') });
  nowMs += 1_000;
  await nextTurn();
  turns.run({ begin: () => done.push('b') });
  expect(done).toEqual(['a', 'b']);
});
