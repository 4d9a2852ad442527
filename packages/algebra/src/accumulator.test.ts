import { foldColumn } from './accumulator';
import { COLUMN, type ColumnAccess } from './column-access';
import type { FixedComponent } from './layout';

/** A column of pairs, as a batch list has them: all first numbers, then all second ones. */
function pairs(values: readonly (readonly [number, number])[]): ColumnAccess {
  const view = new DataView(new ArrayBuffer(16 * values.length));
  for (const [i, [high, low]] of values.entries()) {
    view.setFloat64(8 * i, high, true);
    view.setFloat64(8 * (values.length + i), low, true);
  }
  return { view, base: 0, stride: 8, second: 8 * values.length, third: 0, code: COLUMN.pair };
}

describe('a sum of pairs', () => {
  // SQL splits an integer at 2^53, so a second number is as large as that: adding several of them to the
  // correction alone rounded odd totals.
  it('is exact although the second numbers are as large as 2^53', () => {
    const largest = 2 ** 53 - 1;
    const column = pairs([
      [2 ** 53, largest],
      [0, largest],
      [2 ** 54, largest - 2],
    ]);
    const acc = new Float64Array(2);
    foldColumn(acc, { kind: 'sum', slot: 0 } as FixedComponent, column, column, 0, 3);
    const total = BigInt(acc[0] as number) + BigInt(acc[1] as number);
    expect(total).toBe(3n * 2n ** 53n + 3n * BigInt(largest) - 2n);
  });
});
