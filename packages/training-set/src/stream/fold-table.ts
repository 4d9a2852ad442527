/** The stream of a table's rows and the label rows, to the values of the label rows. */
import { newTableOutput, TableHistory, type TableLayout } from '@forebay/algebra';
import { type Block, type ByteStrings, integerAt, uint64At, type Words } from '../native/columns';
import type { RowSink } from './view-results';

/** `blocks`: columns of `tableStreamSql`. Yields blocks of results in ClickHouse's Native format. */
export async function* foldTable(
  layout: TableLayout,
  blocks: AsyncIterable<Block>,
  results: RowSink,
): AsyncGenerator<Buffer> {
  const history = new TableHistory(layout);
  const out = newTableOutput(layout);
  const { delayMs } = layout.view.schedule;
  let current = -1;
  for await (const block of blocks) {
    const entities = block.columns[0] as Uint32Array;
    const [orders, values, known, hashes] = block.columns.slice(1, 5) as [Words, Words, Words, Words];
    const cells = block.columns[5] as ByteStrings;
    for (let row = 0; row < block.rows; row++) {
      const entity = entities[row] as number;
      if (entity !== current) {
        history.clear();
        current = entity;
      }
      const isRow = (orders[2 * row] as number) & 1;
      const value = integerAt(values, row);
      if (isRow === 0) {
        history.add({
          eventTimeMs: value,
          knownAtMs: integerAt(known, row),
          hash: uint64At(hashes, row),
          cells: cells.bytesAt(row),
        });
        results.tally.events++;
      } else {
        history.valuesAt((integerAt(orders, row) - isRow) / 2 + delayMs, out);
        const full = results.push(value, out);
        if (full !== null) yield full;
      }
    }
  }
  const rest = results.rest();
  if (rest !== null) yield rest;
}
