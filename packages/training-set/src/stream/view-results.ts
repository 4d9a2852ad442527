/** The values of a view's features, row after row, into blocks that ClickHouse takes. */
import { type OtherValue, STATUS, type ViewOutput } from '@forebay/algebra';
import type { ValueType } from '@forebay/definitions';
import { NumberColumn } from '../native/number-column';
import { ResultBlock } from '../native/result-block';
import { type ResultColumn, resultColumn } from '../native/result-column';

const STATUS_COUNT = Math.max(...Object.values(STATUS)) + 1;

/** A feature that is asked for, and where it stands in the view's output. */
export interface AskedFeature {
  readonly index: number;
  readonly type: ValueType;
}

/** What was folded; grows while it is. */
export interface FoldTally {
  events: number;
  rows: number;
  /** By asked feature, then status: how many values. */
  readonly statuses: number[][];
}

export function newTally(features: number): FoldTally {
  return {
    events: 0,
    rows: 0,
    statuses: Array.from({ length: features }, () => new Array<number>(STATUS_COUNT).fill(0)),
  };
}

/** What takes the values of a row, and gives the bytes of a block when one is full. */
export interface RowSink {
  readonly tally: FoldTally;
  push(row: number, output: Pick<ViewOutput, 'numbers' | 'others' | 'statuses'>): Buffer | null;
  /** What is left; null: nothing is. */
  rest(): Buffer | null;
}

/** Columns `n`, the number of the row, `f0` … the asked features, and where they are wanted `s0` … their statuses. */
export class ViewResults implements RowSink {
  readonly tally: FoldTally;
  readonly #asked: readonly AskedFeature[];
  readonly #columns: readonly ResultColumn[];
  /** By feature; null: its values are no numbers. */
  readonly #numbers: readonly (NumberColumn | null)[];
  readonly #block: ResultBlock;
  readonly #statuses: Uint8Array;

  constructor(asked: readonly AskedFeature[], withStatuses: boolean) {
    this.tally = newTally(asked.length);
    this.#asked = asked;
    this.#columns = asked.map(({ type }) => columnOf(type));
    this.#numbers = this.#columns.map((column) => (column instanceof NumberColumn ? column : null));
    this.#block = new ResultBlock(
      this.#columns.map((column, i) => ({ name: `f${i}`, column })),
      withStatuses,
    );
    this.#statuses = new Uint8Array(asked.length);
  }

  push(
    row: number,
    { numbers, others, statuses }: Pick<ViewOutput, 'numbers' | 'others' | 'statuses'>,
  ): Buffer | null {
    for (let i = 0; i < this.#asked.length; i++) {
      const { index } = this.#asked[i] as AskedFeature;
      const other = others[index] ?? null;
      const column = this.#numbers[i] as NumberColumn | null;
      if (column !== null && other === null) column.pushFrom(numbers, index);
      else this.#push(i, other, numbers[index] as number);
      const status = statuses[index] as number;
      this.#statuses[i] = status;
      (this.tally.statuses[i] as number[])[status]!++;
    }
    this.#block.end(row, this.#statuses);
    this.tally.rows++;
    return this.#block.isFull ? this.#block.take() : null;
  }

  #push(feature: number, other: OtherValue | null, number: number): void {
    const column = this.#columns[feature] as ResultColumn;
    column.push(other === null && !Number.isNaN(number) ? number : other);
  }

  rest(): Buffer | null {
    return this.#block.rows === 0 ? null : this.#block.take();
  }
}

function columnOf(type: ValueType): ResultColumn {
  return type === 'int32' || type === 'int64' || type === 'double'
    ? new NumberColumn(type)
    : resultColumn(type);
}

/** Adds what another fold of the same features came to. */
export function addTally(sum: FoldTally, other: FoldTally): void {
  sum.events += other.events;
  sum.rows += other.rows;
  for (const [i, counts] of other.statuses.entries())
    for (const [status, count] of counts.entries()) (sum.statuses[i] as number[])[status]! += count;
}
