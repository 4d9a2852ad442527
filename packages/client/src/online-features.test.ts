import { encodeMessage, type MessageInput } from '@forebay/contract';
import { type Layout, readFeatureResponse } from './feature-response';
import { OnlineFeatures, placeColumns } from './online-features';

function features(response: MessageInput<'GetOnlineFeaturesResponse'>): OnlineFeatures {
  const read = readFeatureResponse(encodeMessage('GetOnlineFeaturesResponse', response));
  return new OnlineFeatures(read, placeColumns(read.layout as Layout));
}

function block(...values: number[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => {
    bytes.writeDoubleLE(value, 8 * i);
  });
  return bytes;
}

const layout: MessageInput<'Layout'> = {
  id: 'abc',
  columns: [
    { name: 'city', type: 'STRING', view: 'a', view_version: 2 },
    { name: 'mean', type: 'DOUBLE', view: 'a', view_version: 2, in_float64_block: true },
    { name: 'open', type: 'BOOL', view: 'a', view_version: 2, in_float64_block: true },
    { name: 'meters', type: 'INT64', view: 'a', view_version: 2 },
    { name: 'flags', type: 'BOOL_LIST', view: 'a', view_version: 2 },
    { name: 'delays', type: 'DOUBLE_LIST', view: 'a', view_version: 2 },
    { name: 'mean', type: 'DOUBLE', view: 'b', view_version: 1, in_float64_block: true },
    { name: 'by_city', type: 'STRING_DOUBLE_MAP', view: 'a', view_version: 2 },
    { name: 'by_plane', type: 'INT64_INT64_MAP', view: 'a', view_version: 2 },
  ],
};

describe('OnlineFeatures', () => {
  const read = features({
    as_of_ms: 1_000,
    row_count: 2,
    layout_id: 'abc',
    layout,
    float64_block: block(1.5, 1, 7, Number.NaN, 0, 8),
    typed: [
      { column: 0, strings: ['Chicago', ''], null_rows: [1] },
      { column: 3, integers: ['9007199254740993', 0] },
      { column: 4, lists: [{ integers: [1, 0] }, {}] },
      { column: 5, lists: [{ doubles: [0.5] }, { doubles: [] }] },
      { column: 7, maps: [{ string_keys: ['', 'é'], doubles: [0.5, -1] }, {}], null_rows: [1] },
      { column: 8, maps: [{ integer_keys: [-1, '9007199254740993'], integers: [3, 4] }, {}] },
    ],
    statuses: Buffer.from([1, 1, 1, 1, 1, 1, 1, 1, 1, 5, 2, 1, 1, 1, 3, 4, 5, 1]),
    views: [
      { view: 'a', view_version: 2, freshness_ms: 12, cut_ms: 500, has_cut: true },
      {
        view: 'b',
        view_version: 1,
        freshness_ms: -1,
        tick_ms: 700,
        has_tick: true,
        newest_event_ms: 600,
        has_newest_event: true,
      },
    ],
    degraded: [{ row: 1, view: 'a', reason: 'stale: …' }],
  });

  it('gives rows of values by name, and by view and name where names collide', () => {
    expect(read.rows).toEqual([
      {
        city: 'Chicago',
        'a.mean': 1.5,
        open: true,
        meters: 9007199254740993n,
        flags: [true, false],
        delays: [0.5],
        'b.mean': 7,
        by_city: new Map([
          ['', 0.5],
          ['é', -1],
        ]),
        by_plane: new Map<number | bigint, number>([
          [-1, 3],
          [9007199254740993n, 4],
        ]),
      },
      {
        city: null,
        'a.mean': null,
        open: false,
        meters: 0,
        flags: [],
        delays: [],
        'b.mean': 8,
        by_city: null,
        by_plane: new Map(),
      },
    ]);
  });

  it('gives statuses, times and reasons', () => {
    expect(read.statuses(0)).toMatchObject({ city: 'PRESENT', 'b.mean': 'PRESENT' });
    expect(read.statuses(1)).toMatchObject({
      city: 'DEGRADED',
      'a.mean': 'NULL_VALUE',
      delays: 'NOT_FOUND',
      'b.mean': 'OUTSIDE_MAX_AGE',
    });
    expect(read.asOfMs).toBe(1_000);
    expect(read.views).toEqual([
      { view: 'a', version: 2, freshnessMs: 12, cutMs: 500, tickMs: null, newestEventMs: null },
      { view: 'b', version: 1, freshnessMs: null, cutMs: null, tickMs: 700, newestEventMs: 600 },
    ]);
    expect(read.degraded).toEqual([{ row: 1, view: 'a', reason: 'stale: …' }]);
  });

  it('takes statuses that were left out as PRESENT', () => {
    const present = features({
      row_count: 1,
      layout: { id: 'x', columns: [{ name: 'n', type: 'DOUBLE', in_float64_block: true }] },
      float64_block: block(3),
    });
    expect(present.allPresent).toBe(true);
    expect(present.status(0, 0)).toBe('PRESENT');
  });

  it('gives vectors as float32 numbers', () => {
    const numbers = Buffer.from(Float32Array.of(0.1, -2, 0, 0).buffer);
    const read = features({
      row_count: 2,
      layout: { id: 'x', columns: [{ name: 'embedding', type: 'VECTOR', vector_length: 2 }] },
      typed: [{ column: 0, vectors: numbers, vector_length: 2, null_rows: [1] }],
    });
    expect(read.rows).toEqual([{ embedding: Float32Array.of(0.1, -2) }, { embedding: null }]);
    expect(read.columns[0]?.type).toBe('vector<2>');
  });

  it('tells two versions of a view apart', () => {
    const column = { name: 'n', view: 'a', type: 'DOUBLE', in_float64_block: true } as const;
    const columns = [1, 2].map((view_version) => ({ ...column, view_version }));
    const read = features({ row_count: 1, layout: { id: 'x', columns }, float64_block: block(3, 4) });
    expect(read.rows).toEqual([{ 'a@1.n': 3, 'a@2.n': 4 }]);
  });

  it('gives the numbers of a column without an object for any value', () => {
    expect(read.numbers('a.mean')).toEqual(Float64Array.of(1.5, Number.NaN));
    expect(read.numbers('open')).toEqual(Float64Array.of(1, 0));
    expect(read.float64s).toEqual(Float64Array.of(1.5, 1, 7, Number.NaN, 0, 8));
    expect(() => read.numbers('city')).toThrow(
      '"city" is no column of numbers; there are: a.mean, open, b.mean',
    );
  });

  it('gives some rows as an answer of their own', () => {
    const second = read.rowsFrom(1, 1);
    expect(second.rows).toEqual([read.rows[1]]);
    expect(second.statuses(0)).toEqual(read.statuses(1));
    expect(second.degraded).toEqual([{ row: 0, view: 'a', reason: 'stale: …' }]);
    const first = read.rowsFrom(0, 1);
    expect(first.rows).toEqual([read.rows[0]]);
    expect([first.allPresent, read.allPresent, first.degraded]).toEqual([true, false, []]);
    expect([read.requestRow(1), second.requestRow(0), first.requestRow(0)]).toEqual([1, 1, 0]);
  });

  it('tells the variant of each row, and what names the answer', () => {
    const columns = { row_count: 3, layout: { id: 'x', columns: [] }, request_id: 'r' };
    const variantsOf = (read: OnlineFeatures) => [0, 1, 2].map((row) => read.variant(row));
    const several = features({ ...columns, variants: ['a', 'b'], row_variants: Buffer.from([1, 0, 1]) });
    expect(variantsOf(several)).toEqual(['b', 'a', 'b']);
    expect(several.rowsFrom(1, 2).variant(1)).toBe('b');
    expect(variantsOf(features({ ...columns, variants: ['a'] }))).toEqual(['a', 'a', 'a']);
    expect(variantsOf(features(columns))).toEqual([null, null, null]);
    expect(several.requestId).toBe('r');
  });

  it('reads the block where it stands in the message', () => {
    expect(read.float64Block.readDoubleLE(0)).toBe(1.5);
    expect(read.blockWidth).toBe(3);
  });
});
