/** The stream of an aggregation view's events and the rows, to the values of the rows. */
import { newViewOutput, type ViewLayout } from '@forebay/algebra';
import type { Hash64 } from '@forebay/contract';
import { EntityFold } from '../fold/entity-fold';
import { type Block, type ByteStrings, integerAt, type Words } from '../native/columns';
import { needsTies } from '../sql/event-stream-sql';
import { LaneBlock } from './lane-columns';
import type { RowSink } from './view-results';

/** `blocks`: columns of `eventStreamSql`, `withStates` if some tiles come as states. Yields blocks of results in ClickHouse's Native format. */
export async function* foldEvents(
  layout: ViewLayout,
  blocks: AsyncIterable<Block>,
  results: RowSink,
  withStates: boolean,
): AsyncGenerator<Buffer> {
  const ties = needsTies(layout);
  const fold = new EntityFold(layout);
  const inputs = new LaneBlock(layout, ties ? 4 : 3);
  const out = newViewOutput(layout);
  const tie: Hash64 = { high: 0, low: 0 };
  const { tally } = results;
  let current = -1;
  for await (const block of blocks) {
    const entities = block.columns[0] as Uint32Array;
    const [orders, values] = [block.columns[1] as Words, block.columns[2] as Words];
    const tieWords = ties ? (block.columns[3] as Words) : null;
    inputs.use(block);
    const states = withStates ? (block.columns.at(-1) as ByteStrings) : null;
    for (let row = 0; row < block.rows; row++) {
      const entity = entities[row] as number;
      if (entity !== current) {
        fold.clear();
        current = entity;
      }
      const isRow = (orders[2 * row] as number) & 1;
      const placeMs = (integerAt(orders, row) - isRow) / 2;
      const value = integerAt(values, row);
      if (states !== null && states.sizeAt(row) > 0) {
        fold.addState(placeMs, value, states.bytesAt(row));
        tally.events++;
      } else if (isRow === 0) {
        if (tieWords !== null) {
          tie.low = tieWords[2 * row] as number;
          tie.high = tieWords[2 * row + 1] as number;
        }
        inputs.load(row);
        fold.add(placeMs, value, tie, inputs);
        tally.events++;
      } else {
        fold.valuesAt(placeMs, out);
        const full = results.push(value, out);
        if (full !== null) yield full;
      }
    }
  }
  const rest = results.rest();
  if (rest !== null) yield rest;
}
