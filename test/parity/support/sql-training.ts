/** Training sets of a scene by the real statements: ClickHouse sorts events and rows, the fold reads its stream. */
import { compileView, type ViewOutput } from '@forebay/algebra';
import {
  type EntityKeys,
  type EventStreamChoice,
  eventStreamSql,
  foldEvents,
  makeEntityKeys,
  newTally,
  type RowSink,
  readBlocks,
} from '@forebay/training-set';
import type { Comparison } from './comparison';
import type { ParityArchive } from './parity-archive';
import { entityKey, type ParityCase } from './parity-case';
import { compareRow, type TrainingRows } from './training-rows';

const ENTITY = {
  id: 1,
  name: 'who',
  joinKeys: [{ name: 'who', type: 'string' }],
  metadata: { owner: '', description: '', tags: {} },
} as const;

/**
 * The archive holds everything. All rows see what was known at one time, or each what was known at its own.
 *
 * @param rows of each case; their `knownAsOfMs` is not looked at
 */
export async function compareSqlTraining(
  archive: ParityArchive,
  cases: readonly ParityCase[],
  rows: readonly TrainingRows[],
  knownAsOfMs: number | null,
): Promise<Comparison[][]> {
  const { view, source } = cases[0] as ParityCase;
  const layout = compileView(view, source);
  const wanted = rows.flatMap(({ timestampsMs }, entity) =>
    timestampsMs.map((timestampMs) => ({ entity, timestampMs })),
  );
  const table = `rows_of_${source.table}`;
  const keys = await stageKeys(archive, table, wanted);
  const times = wanted.map(({ timestampMs }) => timestampMs);
  const choice: EventStreamChoice = {
    keys,
    share: { share: 0, shares: 1 },
    span: { firstMs: Math.min(...times), lastMs: Math.max(...times) },
    clocks: { schedule: view.schedule, knownAsOfMs },
    finishedLoads: [],
  };
  const outputs: ViewOutput[] = [];
  const { query, parameters } = eventStreamSql(layout, choice);
  const { bytes, exceptionTag } = await archive.store.stream(query, parameters);
  const nothing = foldEvents(layout, readBlocks(bytes, exceptionTag), collector(outputs));
  for await (const _ of nothing); // the collector gives no bytes
  for (const name of [table, keys.table]) await archive.store.command(`DROP TABLE ${name} SYNC`);
  let next = 0;
  return cases.map((each, entity) => {
    const archived = each.history.filter(({ inArchive }) => inArchive);
    return (rows[entity] as TrainingRows).timestampsMs.flatMap((timestampMs) =>
      compareRow(
        'training set from ClickHouse',
        each,
        archived,
        { timestampMs, knownAsOfMs },
        outputs[next++] as ViewOutput,
      ),
    );
  });
}

function collector(outputs: ViewOutput[]): RowSink {
  return {
    tally: newTally(0),
    push(row, { numbers, others, statuses }) {
      outputs[row] = {
        numbers: numbers.slice(),
        others: [...others],
        statuses: statuses.slice(),
        reason: null,
      };
      return null;
    },
    rest: () => null,
  };
}

async function stageKeys(
  { store }: ParityArchive,
  table: string,
  wanted: readonly { readonly entity: number; readonly timestampMs: number }[],
): Promise<EntityKeys> {
  await store.command(`CREATE TABLE ${table} (n UInt64, v0 String, t Int64) ENGINE = MergeTree ORDER BY n`);
  await store.insertRows(
    table,
    wanted.map(({ entity, timestampMs }, n) => ({ n, v0: entityKey(entity), t: timestampMs })),
  );
  return makeEntityKeys(store, `SELECT n, t, v0 FROM ${table}`, ENTITY, `keys_${table}`);
}
