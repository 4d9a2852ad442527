import type { SerializedMessage } from '../response/serialized-message';
import { StagedAnswers, type StagedCall } from './staged-answers';

const messageOf = (text: string): SerializedMessage => ({
  byteLength: Buffer.byteLength(text),
  copy: (target, start = 0) => target.write(text, start),
});

/** Reads an answer when it is sent, as grpc-js does. */
function calls() {
  const log: string[] = [];
  const call = (name: string): StagedCall => ({
    finish: () => log.push(`finish ${name}`),
    send(message) {
      const bytes = Buffer.alloc(message.byteLength);
      message.copy(bytes, 0);
      log.push(`${name}: ${bytes.length > 20 ? bytes.length : bytes}`);
    },
  });
  return { log, call };
}

const nextTick = () => new Promise<void>((resolve) => process.nextTick(resolve));

test('all answers are written before the first is sent, in order', async () => {
  const { log, call } = calls();
  const staged = new StagedAnswers();
  for (const [name, text] of Object.entries({ a: 'one', b: '', c: 'three' }))
    staged.answer(call(name), messageOf(text));
  expect(log).toEqual(['finish a', 'finish b', 'finish c']);
  await nextTick();
  expect(log.slice(3)).toEqual(['a: one', 'b: ', 'c: three']);
  staged.answer(call('d'), messageOf('four'));
  await nextTick();
  expect(log.slice(6)).toEqual(['finish d', 'd: four']);
});

test('a long answer is sent at once, and a full stage is sent before more is written to it', async () => {
  const { log, call } = calls();
  const staged = new StagedAnswers();
  staged.answer(call('long'), messageOf('x'.repeat(100_000)));
  expect(log).toEqual(['finish long', 'long: 100000']);
  const names = Array.from({ length: 100 }, (_, i) => `${i}`);
  for (const name of names) staged.answer(call(name), messageOf('y'.repeat(8_000)));
  await nextTick();
  expect(log.filter((line) => line.endsWith(': 8000'))).toEqual(names.map((name) => `${name}: 8000`));
});
