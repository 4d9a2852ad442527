import { StoredValues } from './stored-values';

const texts = (values: StoredValues) =>
  Array.from({ length: values.length }, (_, i) => {
    const value = values.at(i);
    return value === null ? null : Buffer.from(value).toString();
  });

const of = (...values: (string | null)[]) =>
  StoredValues.of(values.map((value) => (value === null ? null : Buffer.from(value))));

test('values are found by their places, and what is absent is not an empty value', () => {
  const values = of('a', null, '', 'bcd');
  expect(texts(values)).toEqual(['a', null, '', 'bcd']);
  expect([0, 1, 2, 3].map((i) => values.sizeOf(i))).toEqual([1, -1, 0, 3]);
  expect(values.view.getUint8(values.fromOf(3))).toBe('b'.charCodeAt(0));
});

test('what is kept has memory of its own', () => {
  const memory = Buffer.from('..one.two');
  const values = new StoredValues();
  values.memory = memory;
  values.begin(3);
  values.place(0, 2, 3);
  values.place(1, 5, -1);
  values.place(2, 6, 3);
  const kept = values.kept();
  memory.fill('x');
  expect([texts(values), texts(kept)]).toEqual([
    ['xxx', null, 'xxx'],
    ['one', null, 'two'],
  ]);
  expect(kept.memory).toHaveLength('one.two'.length);
  expect(texts(of(null).kept())).toEqual([null]);
  expect(texts(new StoredValues().kept())).toEqual([]);
});

test('one object serves answers of any number of values', () => {
  const values = new StoredValues();
  values.memory = Buffer.from('abcdef');
  values.begin(1);
  values.place(0, 0, 1);
  values.begin(3);
  for (let i = 0; i < 3; i++) values.place(i, 2 * i, 2);
  expect(texts(values)).toEqual(['ab', 'cd', 'ef']);
  values.begin(1);
  values.place(0, 5, 1);
  values.move(1, -5);
  expect(texts(values)).toEqual(['a']);
});
