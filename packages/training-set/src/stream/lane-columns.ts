/** The lanes of events, taken from the columns of a block. */
import type { Lane, LaneInputs, ViewLayout } from '@forebay/algebra';
import type { ExpressionType, Value } from '@forebay/expressions';
import { type Block, type ByteStrings, type ColumnData, int64At, type Words } from '../native/columns';

const TWO_32 = 4_294_967_296;

/** A column of a lane in the stream of events: whether the lane takes the event, its input, its category. */
export interface LaneColumn {
  readonly role: 'taken' | 'input' | 'category';
  readonly lane: Lane;
  /** The type in ClickHouse. */
  readonly type: 'UInt8' | 'Int32' | 'Int64' | 'Float64' | 'String';
}

/** What an event's lanes need, in this order; a lane that takes every event has no column for that. */
export function laneColumns(layout: ViewLayout): LaneColumn[] {
  return layout.lanes.flatMap((lane) => {
    const columns: LaneColumn[] = [];
    if (lane.filter !== null || lane.input !== null || lane.by !== null)
      columns.push({ role: 'taken', lane, type: 'UInt8' });
    if (lane.input !== null)
      columns.push({
        role: 'input',
        lane,
        type: lane.inputType === 'int32' ? 'Int32' : typeOf(lane.input.type),
      });
    if (lane.by !== null) columns.push({ role: 'category', lane, type: typeOf(lane.by.type) });
    return columns;
  });
}

function typeOf(type: ExpressionType): LaneColumn['type'] {
  switch (type) {
    case 'bool':
      return 'UInt8';
    case 'double':
      return 'Float64';
    case 'string':
      return 'String';
    default:
      return 'Int64';
  }
}

/** The inputs of the row that was loaded last; valid until the next one is. */
export class LaneBlock implements LaneInputs {
  readonly taken: boolean[];
  readonly values: Value[];
  readonly categories: Value[];
  readonly numbers: Float64Array;
  readonly rests: Float64Array;
  readonly highs: Int32Array;
  readonly lows: Uint32Array;
  readonly #readers: readonly ((row: number) => void)[];
  /** By column, from the first lane's on. */
  #columns: readonly ColumnData[] = [];
  readonly #first: number;

  /** `first`: which of a block's columns is the first of the lanes'. */
  constructor(layout: ViewLayout, first: number) {
    const lanes = layout.lanes.length;
    this.taken = new Array<boolean>(lanes).fill(true);
    this.values = new Array<Value>(lanes).fill(null);
    this.categories = new Array<Value>(lanes).fill(null);
    this.numbers = new Float64Array(lanes);
    this.rests = new Float64Array(lanes);
    this.highs = new Int32Array(lanes);
    this.lows = new Uint32Array(lanes);
    this.#first = first;
    const valued = new Set(layout.variable.map(({ lane }) => lane.index));
    this.#readers = laneColumns(layout).map((column, i) => this.#reader(column, i, valued));
  }

  use(block: Block): void {
    this.#columns = block.columns.slice(this.#first);
  }

  load(row: number): void {
    for (let i = 0; i < this.#readers.length; i++) (this.#readers[i] as (row: number) => void)(row);
  }

  #reader(
    { role, lane, type }: LaneColumn,
    column: number,
    valued: ReadonlySet<number>,
  ): (row: number) => void {
    const index = lane.index;
    if (role === 'taken') {
      return (row) => {
        this.taken[index] = (this.#columns[column] as Uint8Array)[row] !== 0;
      };
    }
    const expression = role === 'input' ? lane.input : lane.by;
    const isBool = expression?.type === 'bool';
    if (role === 'category') {
      return (row) => {
        this.categories[index] = valueAt(this.#columns[column] as ColumnData, type, row, isBool);
      };
    }
    const needsValue = valued.has(index);
    return (row) => {
      const data = this.#columns[column] as ColumnData;
      if (needsValue) this.values[index] = valueAt(data, type, row, isBool);
      if (type === 'Int64') this.#setInt64(index, data as Words, row);
      else if (type !== 'String') this.numbers[index] = (data as Float64Array)[row] as number;
    };
  }

  /** The nearest double, what is missing to the integer, and its words. */
  #setInt64(lane: number, words: Words, row: number): void {
    const low = words[2 * row] as number;
    const high = (words[2 * row + 1] as number) | 0;
    const upper = high * TWO_32;
    const number = upper + low;
    const part = number - upper;
    this.numbers[lane] = number;
    this.rests[lane] = upper - (number - part) + (low - part);
    this.highs[lane] = high;
    this.lows[lane] = low;
  }
}

/** As expressions give it. */
function valueAt(data: ColumnData, type: LaneColumn['type'], row: number, isBool: boolean): Value {
  if (type === 'String') return (data as ByteStrings).textAt(row);
  if (type === 'Int64') return int64At(data as Words, row);
  return isBool ? (data as Uint8Array)[row] !== 0 : ((data as Float64Array)[row] as number);
}
