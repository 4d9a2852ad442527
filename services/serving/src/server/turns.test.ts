import { Turns } from './turns';

const nextTurn = () => new Promise(setImmediate);

test('work is begun in the order in which it comes, when the turn ends, and no turn takes long', async () => {
  let nowMs = 0;
  const done: (number | string)[] = [];
  const turns = new Turns(
    () => done.push('end'),
    () => nowMs,
  );
  const add = (i: number) =>
    turns.run({
      begin: () => {
        done.push(i);
        nowMs += 4;
      },
    });
  for (let i = 0; i < 4; i++) add(i);
  expect(done).toEqual([]);
  await nextTurn();
  expect(done).toEqual([0, 1, 2, 'end']);
  add(4);
  await nextTurn();
  expect(done).toEqual([0, 1, 2, 'end', 3, 4, 'end']);
});

test('work that comes while others are begun has its place behind them', async () => {
  const done: string[] = [];
  const turns = new Turns(() => done.push('end'));
  turns.run({
    begin: () => {
      done.push('a');
      turns.run({ begin: () => done.push('c') });
    },
  });
  turns.run({ begin: () => done.push('b') });
  await nextTurn();
  await nextTurn();
  expect(done.slice(0, 3)).toEqual(['a', 'b', 'c']);
});
