import { type JsonLine, readJsonLines } from './json-lines';

async function read(...chunks: (string | Buffer)[]): Promise<JsonLine[]> {
  async function* source() {
    yield* chunks;
  }
  const lines: JsonLine[] = [];
  for await (const line of readJsonLines(source(), 'file "x"')) lines.push(line);
  return lines;
}

test('lines are found wherever the chunks end, within a character too', async () => {
  const bytes = Buffer.from('\uFEFF{"a":"ü"}\r\n\n  \n{"b":2}');
  for (let at = 0; at <= bytes.length; at++) {
    expect(await read(bytes.subarray(0, at), bytes.subarray(at))).toEqual([
      { number: 1, text: '{"a":"ü"}', object: { a: 'ü' } },
      { number: 4, text: '{"b":2}', object: { b: 2 } },
    ]);
  }
});

test.each([
  ['{"a":1}\n{a}', /^file "x", line 2: it is not JSON: /],
  ['[1]', /^file "x", line 1: it is an array, not a JSON object$/],
  ['\n"text"', /^file "x", line 2: it is "text", not a JSON object$/],
  ['null', /it is null, not a JSON object/],
])('%j is refused with its line', async (text, message) => {
  await expect(read(text)).rejects.toThrow(message);
});

test('nothing is no line', async () => {
  expect(await read()).toEqual([]);
});
