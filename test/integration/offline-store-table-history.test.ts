import {
  newTableOutput,
  STATUS,
  TableHistory,
  type TableHistoryRow,
  type TableLayout,
} from '@forebay/algebra';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import {
  type OfflineStore,
  openOfflineStore,
  readTableColumns,
  type TableHistoryChoice,
  tableHistorySql,
} from '@forebay/offline-store';
import { sharedStack, useDatabase } from '../support/stack';
import { manyRows, naiveValues, newest, type ProfileRow, TABLE_TICK, twoClockTable } from './table-fixture';

const TICK = TABLE_TICK;
const database = useDatabase('table_history');
let store: OfflineStore;

beforeAll(async () => {
  store = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
});
afterAll(() => store.close());

describe('the rows for training sets', () => {
  interface HistoryRow {
    readonly key: string;
    readonly vf: string;
    readonly et: string;
    readonly ka: string;
    readonly h: string;
    readonly bytes: string;
  }

  async function historyOf(layout: TableLayout, more: Partial<TableHistoryChoice> = {}) {
    const columns = await readTableColumns(store, layout.source);
    const choice = {
      prefix: 'v1_',
      keysSql: null,
      untilTickMs: TICK + DAY_MS,
      knownAsOfMs: null,
      ...more,
    };
    const { query, parameters } = tableHistorySql(layout, columns, choice);
    return store.rows<HistoryRow>(
      `SELECT key, toString(vf) AS vf, toString(et) AS et, toString(ka) AS ka, toString(h) AS h, hex(cells) AS bytes
       FROM (${query}) ORDER BY key, vf`,
      parameters,
    );
  }

  const rowOf = ({ et, ka, h, bytes }: HistoryRow): TableHistoryRow => ({
    eventTimeMs: Number(et),
    knownAtMs: Number(ka),
    hash: BigInt(h),
    cells: Buffer.from(bytes, 'hex'),
  });

  test('give at every tick the values that a run of the tick stores', async () => {
    const rows = manyRows(31, 400);
    const layout = await twoClockTable(store, rows);
    const found = await historyOf(layout);
    const users = [...new Set(rows.map(({ user }) => user))];
    for (let tick = TICK - 7 * MINUTE_MS; tick <= TICK + 7 * MINUTE_MS; tick += MINUTE_MS) {
      const stored = naiveValues(layout, rows, tick);
      for (const user of users) {
        const history = new TableHistory(layout);
        for (const row of found) if (row.key === user && Number(row.vf) <= tick) history.add(rowOf(row));
        const output = newTableOutput(layout);
        history.valuesAt(tick + layout.view.schedule.delayMs, output);
        const value = stored.get(user);
        if (value === undefined) expect(output.statuses[0]).toBe(STATUS.NOT_FOUND);
        else expect([output.numbers[0], output.others[1]]).toEqual(numbersOf(layout, value));
      }
    }
  });

  const numbersOf = (layout: TableLayout, value: Buffer) => {
    const [rank, label] = newest(layout, value);
    return [rank ?? Number.NaN, label];
  };

  test('are those of the entities, the ticks and the knowledge that is asked for', async () => {
    const rows: ProfileRow[] = [
      { user: 'a', at: TICK - DAY_MS, values: [1, 'x'] },
      { user: 'a', at: TICK, known: TICK + MINUTE_MS, values: [2, 'y'] },
      { user: 'a.b', at: TICK, values: [3, 'z'] },
      { user: 'c', at: TICK + HOUR_MS, values: [4, 'z'] },
    ];
    const layout = await twoClockTable(store, rows);
    const times = async (more: Partial<TableHistoryChoice>) =>
      (await historyOf(layout, more)).map(({ key, et }) => `${key} ${(Number(et) - TICK) / MINUTE_MS}`);
    expect(await times({})).toEqual(['a -1440', 'a 0', 'a%2Eb 0', 'c 60']);
    expect(await times({ keysSql: "SELECT arrayJoin(['a%2Eb', 'c'])" })).toEqual(['a%2Eb 0', 'c 60']);
    expect(await times({ untilTickMs: TICK })).toEqual(['a -1440', 'a%2Eb 0']);
    expect(await times({ knownAsOfMs: TICK })).toEqual(['a -1440', 'a%2Eb 0']);
  });
});
