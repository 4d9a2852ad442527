import { Slots } from './slots';

test('lets so many pass, and the others in order', async () => {
  const slots = new Slots(2);
  const passed: string[] = [];
  const waiting = ['a', 'b', 'c', 'd'].map((name) => slots.take().then(() => passed.push(name)));
  await Promise.all(waiting.slice(0, 2));
  expect(passed).toEqual(['a', 'b']);
  slots.giveBack();
  await waiting[2];
  expect(passed).toEqual(['a', 'b', 'c']);
  slots.giveBack();
  await waiting[3];
  slots.giveBack();
  slots.giveBack();
  await Promise.all([slots.take(), slots.take()]);
});
