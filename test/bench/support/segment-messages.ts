/** The segments of stored lists as protobuf messages: what they would take if they were stored as such. */
import { BatchList, COLUMN, type ColumnAccess, streamColumns, type ViewLayout } from '@forebay/algebra';
import { fromJSON, type MessageTypeDefinition } from '@grpc/proto-loader';
import type { Entity } from './engine-values';

const TAIL_BYTES = 24;

const numbers = (type: 'double' | 'sint64') => ({
  fields: {
    count: { type: 'uint64', id: 1 },
    sum: { type, id: 2 },
    min: { type, id: 3 },
    max: { type, id: 4 },
    mean: { type: 'double', id: 5 },
    m2: { type: 'double', id: 6 },
  },
});

/** One field for each lane of the numeric view, in its order: `amount`, a double, and `items`, an integer. */
const schema = fromJSON({
  nested: {
    Doubles: numbers('double'),
    Integers: numbers('sint64'),
    Segment: {
      fields: {
        start_ms: { type: 'sint64', id: 1 },
        width_s: { type: 'uint32', id: 2 },
        events: { type: 'uint32', id: 3 },
        lane0: { type: 'Doubles', id: 4 },
        lane1: { type: 'Integers', id: 5 },
      },
    },
    SegmentList: { fields: { segments: { rule: 'repeated', type: 'Segment', id: 1 } } },
  },
});
const { serialize } = schema.SegmentList as MessageTypeDefinition<object, object>;

const NAMES = {
  count: ['count'],
  sum: ['sum'],
  min: ['min'],
  max: ['max'],
  moments: ['mean', 'm2'],
} as const;

interface Rows {
  readonly rows: number;
  readonly columns: readonly ColumnAccess[];
  readonly startOf: (row: number) => number;
  readonly widthOf: (row: number) => number;
  readonly eventsOf: (row: number) => number;
}

/** The first or the second number of a component. */
function numberAt({ view, base, stride, second, code }: ColumnAccess, row: number, which: number): number {
  const at = base + row * stride + which * second;
  if (code === COLUMN.u16) return view.getUint16(at, true);
  if (code === COLUMN.i32) return view.getInt32(at, true);
  const number = view.getFloat64(at, true);
  return code === COLUMN.pair ? number + view.getFloat64(at + second, true) : number;
}

function messageBytes(layout: ViewLayout, list: Rows): number {
  const segments = Array.from({ length: list.rows }, (_, row) => {
    const lanes: Record<string, Record<string, number>> = {};
    for (const [i, { kind, lane }] of layout.fixed.entries()) {
      const column = list.columns[i] as ColumnAccess;
      const numbers = NAMES[kind as keyof typeof NAMES].map((name, which) => [
        name,
        numberAt(column, row, which),
      ]);
      const message = `lane${lane.index}`;
      lanes[message] = { ...lanes[message], ...Object.fromEntries(numbers) };
    }
    return { start_ms: list.startOf(row), width_s: list.widthOf(row), events: list.eventsOf(row), ...lanes };
  });
  return serialize({ segments }).length;
}

/** Bytes as stored, header and tail included, those of messages, and how many segments. */
export function listSizes(layout: ViewLayout, { parts }: Entity) {
  const batch = new BatchList(layout);
  if (parts.batch === null || !batch.open(parts.batch)) throw new Error('the batch list cannot be read');
  const stream = parts.stream as Uint8Array;
  const view = new DataView(stream.buffer, stream.byteOffset, stream.length);
  const { rowSize } = layout;
  const rows = view.getUint32(stream.length - TAIL_BYTES + 16, true);
  return {
    batch: {
      stored: parts.batch.length,
      rows: batch.rows,
      messages: messageBytes(layout, {
        rows: batch.rows,
        columns: batch.columns,
        startOf: (row) => batch.startOf(row),
        widthOf: (row) => (batch.endOf(row) - batch.startOf(row)) / 1000,
        eventsOf: (row) => batch.eventsOf(row),
      }),
    },
    stream: {
      stored: stream.length,
      rows,
      messages: messageBytes(layout, {
        rows,
        columns: streamColumns(layout, view),
        startOf: (row) => view.getFloat64(row * rowSize, true),
        widthOf: (row) => view.getUint32(row * rowSize + 8, true),
        eventsOf: (row) => view.getUint32(row * rowSize + 12, true),
      }),
    },
  };
}
