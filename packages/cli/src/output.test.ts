import { Output } from './output';

function capture(json: boolean, colors = false) {
  const text = { out: '', err: '' };
  const sink = (name: 'out' | 'err') => ({ write: (part: string) => (text[name] += part) });
  return { text, output: new Output({ json, colors, out: sink('out'), err: sink('err') }) };
}

test('people get text, and remarks on the other stream', () => {
  const { text, output } = capture(false);
  output.result({ a: 1 }, 'one');
  output.note('by the way');
  output.warning('careful');
  output.error({ message: 'broken', reason: 'internal' });
  expect(text).toEqual({ out: 'one\n', err: 'by the way\nwarning careful\nerror broken\n' });
});

test('programs get one JSON document, and errors as JSON', () => {
  const { text, output } = capture(true, true);
  output.result({ big: 2n ** 60n, since: Number.NEGATIVE_INFINITY }, 'one');
  output.note('by the way');
  output.warning('careful');
  output.error({ message: 'broken', reason: 'internal' });
  expect(JSON.parse(text.out)).toEqual({ big: '1152921504606846976', since: '-Infinity' });
  expect(JSON.parse(text.err)).toEqual({ error: 'broken', reason: 'internal' });
});

test('bars are for terminals', () => {
  const { text, output } = capture(false);
  const bar = output.progress('working');
  bar.update(1, 2);
  bar.stop();
  const counter = output.counter('things');
  counter.update(7);
  counter.stop();
  expect(text.err).toBe('');
});

test('a table has the head and the rows', () => {
  const { output } = capture(false);
  const lines = output.table(['a', 'b'], [['x', 1]]).split('\n');
  expect(lines).toHaveLength(5);
  expect(lines[3]).toMatch(/x.*1/);
});
