import { StoredValues } from '@forebay/online-store';
import { PlanClocks } from './plan-clocks';
import type { ReadableView } from './readable-view';

const marker = (text: string) => Buffer.from(text);
const decodeMarker = jest.fn((bytes: Uint8Array) => {
  if (bytes.length > 3) throw new Error('of another codec');
  return Buffer.from(bytes).toString();
});
const readable = {
  keysIn: () => ({ streamMarkerKey: null, batchMarkerKey: marker('m'), tickMarkerKeys: [] }),
  streamMarkerKey: null,
  batchMarkerKey: marker('m'),
  tickMarkerKeys: [],
  decodeMarker,
} as unknown as ReadableView;

beforeEach(() => decodeMarker.mockClear());

test('markers are decoded once for all reads of a command, and not kept for the next one', () => {
  const clocks = new PlanClocks([], [{ readable, progress: -1 }]);
  let values = StoredValues.of([null, marker('one')]);
  expect(clocks.of(values, 1)).toMatchObject([{ batchMarker: 'one', progressMs: null }]);
  expect(clocks.of(values, 1)).toBe(clocks.of(values, 1));
  expect(decodeMarker).toHaveBeenCalledTimes(1);
  clocks.forget();
  values = StoredValues.of([null, marker('two')]);
  expect(clocks.of(values, 1)).toMatchObject([{ batchMarker: 'two' }]);
});

test('a marker that cannot be read is as if absent', () => {
  const clocks = new PlanClocks([], [{ readable, progress: -1 }]);
  expect(clocks.of(StoredValues.of([marker('later')]), 0)).toMatchObject([{ batchMarker: null }]);
  expect(clocks.of(StoredValues.of([null]), 0)).toMatchObject([{ batchMarker: null }]);
});
