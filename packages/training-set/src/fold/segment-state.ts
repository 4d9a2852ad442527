/** The state of one segment, from its stored form to that of folds in memory. */
import {
  BatchList,
  type ColumnAccess,
  type FixedComponent,
  foldColumn,
  resetAccumulator,
  type ViewLayout,
} from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';

export class SegmentState {
  /** Slots of the fixed components; valid until the next `open`. */
  readonly acc: Float64Array;
  /** By variable component: views of what was opened. */
  readonly states: Uint8Array[];
  readonly #layout: ViewLayout;
  readonly #list: BatchList;

  constructor(layout: ViewLayout) {
    this.#layout = layout;
    this.#list = new BatchList(layout);
    this.acc = new Float64Array(layout.slotCount);
    this.states = new Array(layout.variable.length);
  }

  /** A batch list of one segment. Throws `internal`: it is of our own making. */
  open(bytes: Uint8Array): void {
    const { fixed } = this.#layout;
    const list = this.#list;
    if (!list.open(bytes) || list.rows !== 1)
      throw new ForebayError('internal', `a segment's state of ${bytes.length} bytes cannot be read`);
    resetAccumulator(this.acc, this.#layout);
    for (const [i, component] of fixed.entries()) {
      const counts = list.columns[(component as FixedComponent).countIndex] as ColumnAccess;
      foldColumn(this.acc, component, list.columns[i] as ColumnAccess, counts, 0, 1);
    }
    for (let i = 0; i < this.states.length; i++) {
      const lengthAt = list.variableLengths[i] as number;
      const from = lengthAt + 4;
      this.states[i] = bytes.subarray(from, from + list.view.getUint32(lengthAt, true));
    }
  }
}
