/** Table values (docs/CODEC.md, part `v`), as the version that first stored them wrote them. */
import {
  compileTableView,
  encodeTableCells,
  encodeTableValue,
  firstTickOf,
  newTableOutput,
  STATUS,
  type TableCellValue,
  TableRead,
} from '@forebay/algebra';
import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { compileProject, entity, project, tableSource, tableView } from '@forebay/definitions';
import { goldenBytes } from './support/golden-file';

const T = Date.UTC(2026, 0, 15, 12);

const user = entity({ name: 'user', joinKeys: { user: 'string' } });
const profiles = tableSource({
  name: 'profiles',
  table: 'profiles',
  fields: {
    user: 'string',
    at: 'timestamp',
    flag: 'bool',
    rank: 'int32',
    total: 'int64',
    share: 'double',
    seen: 'timestamp',
    label: 'string',
    flags: 'list<bool>',
    ranks: 'list<int32>',
    totals: 'list<int64>',
    shares: 'list<double>',
    days: 'list<timestamp>',
    labels: 'list<string>',
    embedding: 'vector<3>',
  },
  eventTime: 'at',
});
const names = [
  ...['flag', 'rank', 'total', 'share', 'seen', 'label', 'flags', 'ranks', 'totals', 'shares', 'days'],
  ...['labels', 'embedding'],
] as const;
const profile = tableView({
  name: 'profile',
  entity: user,
  source: profiles,
  features: Object.fromEntries(names.map((name) => [name, name])),
  schedule: { every: '1h', wait: '1m', delay: '10m' },
});
const compiled = compileProject(
  project({
    name: 'shop',
    entities: [user],
    eventSources: [],
    aggregationViews: [],
    tableSources: [profiles],
    tableViews: [profile],
  }),
);
const layout = compileTableView(compiled.tableViews[0]!, compiled.tableSources[0]!);

const NOW: readonly TableCellValue[] = [
  1,
  -2_147_483_648,
  -9_223_372_036_854_775_808n,
  0.1,
  -1,
  'Grüße 👋',
  [1, 0, 1],
  [-1, 2_147_483_647],
  [9_223_372_036_854_775_807n, -1],
  [0.5, -1e300],
  [0, -1],
  ['', 'é', 'abc'],
  [1, -0.5, 3.25],
];
/** Nulls where there can be some, and empty lists. */
const BEFORE = NOW.map((value, i) => (Array.isArray(value) && i < 12 ? [] : null));

function written(): Uint8Array {
  const slot = (eventTimeMs: number, knownAtMs: number, values: readonly (TableCellValue | null)[]) => ({
    validFromMs: firstTickOf(layout.view.schedule, eventTimeMs, knownAtMs),
    eventTimeMs,
    knownAtMs,
    cells: encodeTableCells(layout, values),
  });
  return encodeTableValue(
    [slot(T - 1, T + MINUTE_MS, NOW), slot(T - 2 * HOUR_MS, T - HOUR_MS, BEFORE)],
    true,
  );
}

const golden = (bytes: Uint8Array) => goldenBytes('codec-1-table', bytes);

test('a table value is written byte for byte as ever', () => {
  const bytes = written();
  expect(Buffer.from(bytes).toString('hex')).toBe(Buffer.from(golden(bytes)).toString('hex'));
});

test('gives the values that the version which wrote it gave', () => {
  const valuesAt = (tickMs: number) => {
    const output = newTableOutput(layout);
    const tMs = tickMs + layout.view.schedule.delayMs;
    const batchMarker = { cutMs: T, qMs: T, coverageBeginMs: Number.NEGATIVE_INFINITY };
    const parts = { stream: null, open: null, sealed: null, batch: golden(written()) };
    const context = { tMs, serverClockMs: tMs, completeSinceMs: null, batchMarker, progressMs: null };
    new TableRead(layout).fold(parts, context, output);
    const values = layout.features.map(({ index }) => {
      const other = output.others[index];
      if (other instanceof Uint8Array) return [...new Float32Array(new Uint8Array(other).buffer)];
      return other ?? (Number.isNaN(output.numbers[index]) ? null : output.numbers[index]);
    });
    return { values, statuses: [...new Set(output.statuses)] };
  };
  expect(valuesAt(T)).toEqual({ values: NOW, statuses: [STATUS.PRESENT] });
  expect(valuesAt(T - HOUR_MS)).toEqual({ values: BEFORE, statuses: [STATUS.NULL_VALUE, STATUS.PRESENT] });
});
