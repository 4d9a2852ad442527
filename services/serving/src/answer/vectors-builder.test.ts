import {
  type DegradedReason,
  newViewOutput,
  type ReadContext,
  STATUS,
  type ViewOutput,
} from '@forebay/algebra';
import type { ServicePlan } from '../plan/plan';
import type { AnsweringView, ReadableParts } from '../plan/readable-view';
import type { ServedValues } from './feature-vectors';
import type { ReadRows, RowParts } from './stored-rows';
import { VectorsBuilder } from './vectors-builder';

/** What stands in a stored value of these tests. */
interface Stored {
  readonly clockMs?: number;
  readonly text?: string;
  readonly degraded?: DegradedReason;
}

const CLOCKS = { completeSinceMs: null, batchMarker: null, markers: [null, null], progressMs: 5 } as const;
const output = {
  ...newViewOutput({ features: [{}, {}] } as never),
  others: [null, null],
} as ViewOutput;
const folds: number[] = [];

/** A number, which is the instant that it was folded at, and a text. */
const view = {
  label: 'fake@1',
  output,
  schedule: null,
  fold: {
    markerClock: () => Number.NEGATIVE_INFINITY,
    fold(parts: ReadableParts, { tMs }: ReadContext, out: ViewOutput) {
      const { clockMs = 0, text = null, degraded = null } = parts.batch as unknown as Stored;
      folds.push(tMs);
      out.numbers[0] = tMs;
      (out.others as unknown[])[1] = text;
      const status = degraded !== null ? STATUS.DEGRADED : text === null ? STATUS.NULL_VALUE : STATUS.PRESENT;
      out.statuses.fill(STATUS.PRESENT);
      out.statuses[1] = status;
      out.reason = degraded;
      out.allPresent = status === STATUS.PRESENT;
      out.newestEventMs = clockMs;
      return clockMs;
    },
  },
};

const plan = {
  label: 'service@1',
  views: [
    {
      index: 0,
      readable: view,
      columns: {
        count: 2,
        statuses: [{ feature: 0, at: 0, count: 2 }],
        numbers: [{ feature: 0, at: 0, count: 1 }],
        typed: [{ feature: 1, typed: 0 }],
      },
    },
  ],
  computations: [],
  typed: [{}],
  blockWidth: 1,
  columnCount: 2,
} as unknown as ServicePlan;

function readOf(rows: readonly Stored[], fromRow = 0): ReadRows {
  return {
    clocks: [CLOCKS],
    fromRow,
    toRow: fromRow + rows.length,
    positionOf: (row) => row - fromRow,
    take(position: number, _, into: RowParts) {
      into.batch = rows[position] as unknown as Uint8Array;
      return position + 1;
    },
    keysOf: (row) => [`f:${row}`],
  };
}

function builderWithCounts() {
  const counted: number[][] = [];
  const degraded: number[] = [];
  const served = {
    countStatuses: (_: AnsweringView, counts: Uint32Array) => void counted.push([...counts]),
    countDegraded: (_view: AnsweringView, _reason: string, values: number) => void degraded.push(values),
    noteTimes: () => undefined,
  } as unknown as ServedValues;
  return { builder: new VectorsBuilder(plan, served), counted, degraded };
}

const asked = (rows: number) => ({
  rows,
  data: [],
  includeLayout: false,
  includeViewTimes: false,
  includeNewestEvents: false,
  requestId: '',
});

const numbersOf = (block: Uint8Array) => [...new Float64Array(block.slice().buffer)];

beforeEach(() => folds.splice(0));

test('all rows are of the newest clock that is written in any of their values, and are counted once', () => {
  const { builder, counted, degraded } = builderWithCounts();
  const reads = [
    readOf([{ text: 'a' }, { text: 'b', clockMs: 1_007 }]),
    readOf([{ text: 'c', degraded: 'stale' }], 2),
  ];
  const vectors = builder.build(asked(3), reads, 1_000);
  builder.countServed();
  expect(vectors.asOfMs).toBe(1_007);
  expect(numbersOf(vectors.block)).toEqual([1_007, 1_007, 1_007]);
  expect(vectors.typed).toEqual([['a', 'b', 'c']]);
  expect(folds).toEqual([1_000, 1_000, 1_000, 1_007, 1_007, 1_007]);
  expect(vectors.degraded).toEqual([{ row: 2, view, reason: 'stale', of: null, keys: [] }]);
  expect(counted).toEqual([[0, 5, 0, 0, 0, 1]]);
  expect(degraded).toEqual([1]);
});

test('values that are not newer than the instant are folded once, at an instant that may be given', () => {
  const { builder } = builderWithCounts();
  expect(builder.build(asked(1), [readOf([{ clockMs: 999 }])], 1_000).asOfMs).toBe(1_000);
  expect(builder.build(asked(1), [readOf([{ clockMs: 999 }])], 1_000, 1_003).asOfMs).toBe(1_003);
  expect(folds).toEqual([1_000, 1_003]);
});

test('nothing of an answer is in the next one, which may be shorter', () => {
  const { builder, counted } = builderWithCounts();
  const first = builder.build(asked(2), [readOf([{ text: 'a', degraded: 'stale' }, {}])], 1_000);
  expect([first.allPresent, ...first.statuses]).toEqual([false, 1, 5, 1, 2]);
  builder.release();
  const next = builder.build(asked(1), [readOf([{ text: 'z' }])], 2_000);
  builder.countServed();
  expect([next.allPresent, ...next.statuses]).toEqual([true, 1, 1]);
  expect([next.typed, next.degraded, numbersOf(next.block)]).toEqual([[['z']], [], [2_000]]);
  expect(counted).toEqual([[0, 2, 0, 0, 0, 0]]);
  expect(next.generation).toBe(first.generation + 1);
});

test('only values that cannot be read are named by their keys', () => {
  const { builder } = builderWithCounts();
  const rows: Stored[] = [{ degraded: 'stale' }, { degraded: 'unreadable' }, { degraded: 'torn' }];
  const { degraded } = builder.build(asked(3), [readOf(rows)], 1_000);
  expect(degraded.map(({ keys }) => keys)).toEqual([[], ['f:1'], ['f:2']]);
});

test('a large answer has its memory for itself', () => {
  const { builder } = builderWithCounts();
  const rows = Array.from({ length: 20_000 }, (_, row): Stored => ({ text: `${row}` }));
  const large = builder.build(asked(rows.length), [readOf(rows)], 1_000);
  builder.release();
  const next = builder.build(asked(1), [readOf([{ text: 'z', degraded: 'stale' }])], 2_000);
  expect(numbersOf(large.block).every((number) => number === 1_000)).toBe(true);
  expect([large.typed[0]?.at(-1), large.allPresent, large.statuses.every((status) => status === 1)]).toEqual([
    '19999',
    true,
    true,
  ]);
  expect([...next.statuses]).toEqual([1, 5]);
});
