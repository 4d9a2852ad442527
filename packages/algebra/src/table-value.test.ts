import { contextOf, readTable, slotOf, TICK, tableLayoutOf, tableSource } from './table.fixture';
import { fieldOf } from './table-layout';
import { newTableOutput } from './table-output';
import { readTableCells, TableValue } from './table-value';
import { encodeTableCells, encodeTableValue, type TableCellValue } from './table-value-writer';

const VALUES: readonly TableCellValue[] = [
  1,
  -2_147_483_648,
  -9_223_372_036_854_775_808n,
  0.1,
  Date.UTC(1969, 6, 20),
  'Grüße 👋',
  [1, 0, 1],
  [-1, 2_147_483_647],
  [9_223_372_036_854_775_807n, -1],
  [0.5, -1e300],
  [0, -1],
  ['', 'é', 'abc'],
  [1, -0.5, 3.25],
];

function decoded(layout = tableLayoutOf(), cells: Uint8Array): unknown[] {
  const output = newTableOutput(layout);
  const padded = new Uint8Array(cells.length + 3); // cells need no alignment
  padded.set(cells, 3);
  readTableCells(layout, padded, 3, output);
  return layout.features.map(({ index, shape }) => {
    const other = output.others[index];
    if (other instanceof Uint8Array) {
      const copy = other.slice();
      return [...new Float32Array(copy.buffer, 0, shape.kind === 'vector' ? shape.length : 0)];
    }
    return other ?? (Number.isNaN(output.numbers[index]) ? null : output.numbers[index]);
  });
}

test('cells of every type come back as they were', () => {
  const layout = tableLayoutOf();
  expect(decoded(layout, encodeTableCells(layout, VALUES))).toEqual(VALUES);
});

test('nulls come back as nulls, and empty texts and lists as what they are', () => {
  const layout = tableLayoutOf();
  const nulls = VALUES.map(() => null);
  expect(decoded(layout, encodeTableCells(layout, nulls))).toEqual(nulls);
  for (let i = 0; i < VALUES.length; i++) {
    const one = VALUES.map((value, other) => (other === i ? null : value));
    expect(decoded(layout, encodeTableCells(layout, one))).toEqual(one);
  }
  const empty = VALUES.map((value, i) => (i === 5 ? '' : Array.isArray(value) && i < 12 ? [] : value));
  expect(decoded(layout, encodeTableCells(layout, empty))).toEqual(empty);
});

test('the order in which features are declared changes nothing in the bytes', () => {
  const one = tableLayoutOf(['label', 'rank', 'embedding', 'flag']);
  const other = tableLayoutOf(['flag', 'embedding', 'rank', 'label']);
  const bytes = encodeTableCells(one, ['a', 7, [1, 2, 3], 1]);
  expect(encodeTableCells(other, [1, [1, 2, 3], 7, 'a'])).toEqual(bytes);
  expect(decoded(other, bytes)).toEqual([1, [1, 2, 3], 7, 'a']);
});

test('the bytes of a value are those of the format', () => {
  const layout = tableLayoutOf(['rank', 'label']);
  const value = encodeTableValue([slotOf(layout, TICK, [7, 'ab'], TICK + 1)], true);
  expect(Buffer.from(value).toString('hex')).toBe(
    [
      '01010100',
      '2b000000', // 32 + 11 bytes
      ...['000020231ce17942', '000020231ce17942', '001020231ce17942'], // times
      '5c78b5d469bdacc6', // xxHash64 of the cells, which follow
      '00',
      '07000000',
      '02000000',
      '6162',
    ].join(''),
  );
});

test('a value that ends early, is too long, or has another codec is not read', () => {
  const layout = tableLayoutOf(['rank', 'label']);
  const slots = [slotOf(layout, TICK, [7, 'ab']), slotOf(layout, TICK - 1, [8, 'cde'])];
  const value = encodeTableValue(slots, false);
  const cursor = new TableValue(layout);
  expect(cursor.open(value)).toBe(true);
  for (let size = 0; size < value.length; size++) expect(cursor.open(value.subarray(0, size))).toBe(false);
  expect(cursor.open(Uint8Array.of(...value, 0))).toBe(false);
  for (const [at, byte] of [
    [0, 2],
    [1, 0],
    [1, 3],
    [1, 1],
  ] as const) {
    const broken = value.slice();
    broken[at] = byte;
    expect(cursor.open(broken)).toBe(false);
    expect(readTable(layout, broken, contextOf(TICK)).reason).toBe('unreadable');
  }
});

test('a vector or a text that is shorter or longer than its cell is not read', () => {
  const layout = tableLayoutOf(['label', 'labels', 'embedding']);
  const value = encodeTableValue([slotOf(layout, TICK, ['abcd', ['a', 'bc'], [1, 2, 3]])], false);
  expect(readTable(layout, value, contextOf(TICK)).reason).toBeNull();
  const lengthAt = (name: string) =>
    8 + 32 + (layout.features.find(({ feature }) => feature.name === name)?.offset ?? 0);
  // the cells keep the length that they have together
  const moved = (from: string, to: string) => {
    const broken = value.slice();
    broken[lengthAt(from)] = (broken[lengthAt(from)] as number) - 4;
    broken[lengthAt(to)] = (broken[lengthAt(to)] as number) + 4;
    return readTable(layout, broken, contextOf(TICK)).reason;
  };
  expect(moved('embedding', 'label')).toBe('unreadable');
  expect(moved('label', 'embedding')).toBe('unreadable');
  const text = value.slice();
  const labels = Buffer.from(value).lastIndexOf('bc');
  text[labels - 4] = 3;
  expect(readTable(layout, text, contextOf(TICK)).reason).toBe('unreadable');
});

test('fields that the source lacks, and types that a table does not hold, are refused by name', () => {
  expect(() => fieldOf(tableSource, 'nope')).toThrow(
    'table source "profiles" has no field "nope": it has user, at, known, flag',
  );
  const features = [{ name: 'm', field: 'm', type: 'map<string,int64>' as const, description: '' }];
  expect(() => tableLayoutOf([], { features })).toThrow(
    'view "profile@1", feature "m": a table holds no values of type map<string,int64>',
  );
});
