import { parquetFooterRange, readParquetSchema } from './parquet-schema';

/** Thrift's compact protocol, by hand: a field header is (delta << 4 | type). */
const name = (text: string) => [text.length, ...Buffer.from(text)];
const STOP = 0;

/** SchemaElement: 1 type i32 (0x15), 3 repetition i32 (0x25 after 1), 4 name (0x18), 6 converted type i32 (0x25 after 4). */
const zigzag = (value: number) => value * 2;
const column = (type: number, text: string, converted: number | null) => [
  0x15,
  zigzag(type),
  0x25,
  zigzag(1),
  0x18,
  ...name(text),
  ...(converted === null ? [] : [0x25, zigzag(converted)]),
  STOP,
];
const group = (text: string, children: number) => [
  0x35,
  zigzag(0),
  0x18,
  ...name(text),
  0x15,
  zigzag(children),
  STOP,
];
const root = (children: number) => [0x48, ...name('schema'), 0x15, zigzag(children), STOP];

function footer(elements: readonly number[][], rows: number): Uint8Array {
  return Uint8Array.from([
    0x15,
    zigzag(1),
    0x19,
    (elements.length << 4) | 12,
    ...elements.flat(),
    0x16,
    zigzag(rows),
    STOP,
  ]);
}

describe('reading a Parquet footer', () => {
  it('gives the columns with what they hold, and skips what is nested', () => {
    const bytes = footer(
      [
        root(8),
        column(2, 'at', 10),
        group('list', 1),
        column(6, 'item', 0),
        column(1, 'small', null),
        column(6, 'name', 0),
        column(5, 'price', null),
        column(0, 'paid', null),
        column(2, 'big', 14),
        column(1, 'cents', 5),
      ],
      42,
    );
    expect(readParquetSchema(bytes, 'file')).toEqual({
      rows: 42,
      columns: [
        { name: 'at', content: 'timestamp', type: 'INT64 (TIMESTAMP_MICROS)' },
        { name: 'list', content: 'nested', type: 'a nested type' },
        { name: 'small', content: 'integer', type: 'INT32' },
        { name: 'name', content: 'string', type: 'BYTE_ARRAY (UTF8)' },
        { name: 'price', content: 'double', type: 'DOUBLE' },
        { name: 'paid', content: 'bool', type: 'BOOLEAN' },
        { name: 'big', content: 'other', type: 'INT64 (UINT_64)' },
        { name: 'cents', content: 'other', type: 'INT32 (DECIMAL)' },
      ],
    });
  });

  it('refuses bytes that are no footer', () => {
    expect(() => readParquetSchema(Uint8Array.from([0x19, 0x5c, 1]), 'file "x"')).toThrow(
      'file "x": the Parquet footer can\'t be read',
    );
    expect(() => parquetFooterRange(Buffer.from('12345678'), 100, 'file "x"')).toThrow('not a Parquet file');
    expect(() =>
      parquetFooterRange(Buffer.from([255, 0, 0, 0, 0x50, 0x41, 0x52, 0x31]), 100, 'file "x"'),
    ).toThrow('cut off');
  });

  it('finds the footer before the tail', () => {
    expect(parquetFooterRange(Buffer.from([20, 0, 0, 0, 0x50, 0x41, 0x52, 0x31]), 100, 'file')).toEqual({
      from: 72,
      size: 20,
    });
  });
});
