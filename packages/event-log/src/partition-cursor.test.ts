import { PartitionCursor } from './partition-cursor';

const fetched = (fetchedFrom: number, stale = false) => ({ fetchedFrom, stale });

test('a batch that begins at the position is delivered, and moves it when it is handled', () => {
  const cursor = new PartitionCursor(10);
  expect(cursor.judge(fetched(10))).toEqual({ kind: 'deliver' });
  expect(cursor.next).toBe(10);
  expect(cursor.advance(cursor.generation, 15)).toBe(true);
  expect(cursor.next).toBe(15);
  expect(cursor.judge(fetched(15))).toEqual({ kind: 'deliver' });
});

test('after a seek, what was fetched before is dropped', () => {
  const cursor = new PartitionCursor(10);
  cursor.seek(5);
  expect(cursor.judge(fetched(10, true))).toEqual({ kind: 'drop' });
  expect(cursor.judge(fetched(5))).toEqual({ kind: 'deliver' });
});

test('a seek during a batch overtakes it: its end does not move the position', () => {
  const cursor = new PartitionCursor(10);
  const { generation } = cursor;
  cursor.judge(fetched(10));
  cursor.seek(3);
  expect(cursor.advance(generation, 20)).toBe(false);
  expect(cursor.next).toBe(3);
});

test('a seek to where the position is overtakes a batch, too', () => {
  const cursor = new PartitionCursor(10);
  const { generation } = cursor;
  cursor.seek(10);
  expect(cursor.advance(generation, 20)).toBe(false);
  expect(cursor.next).toBe(10);
});

test('a batch from before a seek that the client does not know to be stale is asked for again, and then right', () => {
  const cursor = new PartitionCursor(10);
  cursor.seek(5);
  expect(cursor.judge(fetched(10))).toEqual({ kind: 'seek_again', offset: 5 });
  expect(cursor.judge(fetched(5))).toEqual({ kind: 'deliver' });
  cursor.advance(cursor.generation, 8);
  expect(cursor.judge(fetched(20))).toEqual({ kind: 'seek_again', offset: 8 });
});

test('a client that goes on elsewhere even when asked again has jumped, forwards or backwards', () => {
  for (const elsewhere of [70, 0]) {
    const cursor = new PartitionCursor(10);
    expect(cursor.judge(fetched(elsewhere))).toEqual({ kind: 'seek_again', offset: 10 });
    expect(cursor.judge(fetched(elsewhere))).toEqual({
      kind: 'jumped',
      expected: 10,
      fetchedFrom: elsewhere,
    });
  }
});

test('what the client passes over at the position moves it; what it passed over before a seek does not', () => {
  const cursor = new PartitionCursor(10);
  cursor.passOver(10, 12);
  expect(cursor.next).toBe(13);
  cursor.passOver(null, 13);
  expect(cursor.next).toBe(14);
  cursor.seek(5);
  cursor.passOver(14, 16);
  expect(cursor.next).toBe(5);
});

test('a gap before what is passed over is accepted once the position was asked for again', () => {
  const cursor = new PartitionCursor(10);
  cursor.passOver(12, 13);
  expect(cursor.next).toBe(10);
  expect(cursor.judge(fetched(14))).toEqual({ kind: 'seek_again', offset: 10 });
  cursor.passOver(12, 13);
  expect(cursor.judge(fetched(14))).toEqual({ kind: 'deliver' });
});
