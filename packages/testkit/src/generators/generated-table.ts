/** Random table sources and views, and the rows of entities, whose times snap to ticks and to the end of their wait. */
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import type { TableField, TableSource, TableView } from '@forebay/definitions';
import { tickAt } from '../oracle/expected-status';
import type { TableRow, TableValueOf } from '../oracle/oracle-table';
import type { Random } from '../random';
import { METADATA } from './generated-rows';

export const TABLE_FIELDS: readonly TableField[] = [
  { name: 'flag', type: 'bool' },
  { name: 'rank', type: 'int32' },
  { name: 'total', type: 'int64' },
  { name: 'share', type: 'double' },
  { name: 'since', type: 'timestamp' },
  { name: 'label', type: 'string' },
  { name: 'flags', type: 'list<bool>' },
  { name: 'ranks', type: 'list<int32>' },
  { name: 'totals', type: 'list<int64>' },
  { name: 'shares', type: 'list<double>' },
  { name: 'days', type: 'list<timestamp>' },
  { name: 'labels', type: 'list<string>' },
  { name: 'embedding', type: 'vector<3>' },
];

/** What the entities of a table share. */
export interface TableScene {
  readonly source: TableSource;
  readonly view: TableView;
  /** The tick of a full run, and of a later one that wrote what had changed. */
  readonly fullTickMs: number;
  readonly runTickMs: number;
  /** The newest tick whose run has finished: the later one, unless it is in progress. */
  readonly finishedMs: number;
  /** Clocks of readers. */
  readonly readsMs: readonly number[];
}

const BASES = [Date.UTC(2026, 2, 29, 1), -5 * 24 * HOUR_MS, Date.UTC(2026, 0, 1)];

export function generateTableScene(random: Random, name: string): TableScene {
  const source: TableSource = {
    id: 3,
    name,
    table: name,
    query: null,
    fields: [
      { name: 'who', type: 'string' },
      { name: 'at', type: 'timestamp' },
      { name: 'known', type: 'timestamp' },
      ...TABLE_FIELDS,
    ],
    eventTime: 'at',
    knownAt: random.chance(0.7) ? 'known' : null,
    metadata: METADATA,
  };
  const view = generateTableView(random, source);
  const { intervalMs, delayMs } = view.schedule;
  const fullTickMs = tickAt(view.schedule, random.pick(BASES));
  const inProgress = random.chance(0.3);
  const runTickMs = fullTickMs + intervalMs * (inProgress ? 1 : 1 + random.integer(3));
  const finishedMs = inProgress ? fullTickMs : runTickMs;
  const clockOf = (tickMs: number) =>
    tickMs + delayMs + random.pick([0, 1, random.integer(intervalMs), intervalMs - 1]);
  const readsMs = [-2, -1, 0, 0, 1].map((ticks) => clockOf(finishedMs + ticks * intervalMs));
  return { source, view, fullTickMs, runTickMs, finishedMs, readsMs };
}

function generateTableView(random: Random, source: TableSource): TableView {
  const fields = TABLE_FIELDS.filter(() => random.chance(0.5));
  if (fields.length === 0) fields.push(random.pick(TABLE_FIELDS));
  const intervalMs = random.pick([MINUTE_MS, HOUR_MS]);
  const waitMs = random.pick([0, SECOND_MS, 10 * SECOND_MS]);
  return {
    id: 9,
    name: 't',
    version: 1,
    entity: 'who',
    source: source.name,
    keyFields: ['who'],
    features: fields.map(({ name, type }) => ({ name, field: name, type, description: '' })),
    maxAgeMs: random.pick([null, null, 0, intervalMs, 3 * intervalMs - 1]),
    schedule: { intervalMs, waitMs, delayMs: waitMs + 5 * SECOND_MS },
    metadata: METADATA,
    fingerprint: '',
  };
}

const MOST_ROWS = 7;

/** Rows of one entity: ties of both clocks among them, corrections, and what is known before it holds. */
export function generateTableRows(random: Random, { source, view, ...scene }: TableScene): TableRow[] {
  const { intervalMs, waitMs } = view.schedule;
  const ages = view.maxAgeMs === null ? [] : [view.maxAgeMs];
  const rows: TableRow[] = [];
  for (let left = random.integer(MOST_ROWS); left > 0; left--) {
    const tickMs = random.pick([scene.fullTickMs, scene.runTickMs]) + intervalMs * (random.integer(6) - 4);
    const beside = random.pick([0, 0, 1, -1, random.integer(intervalMs)]);
    const previous = rows.length > 0 && random.chance(0.35) ? random.pick(rows) : null;
    const eventTimeMs = previous?.eventTimeMs ?? tickMs - random.pick([0, 0, ...ages]) + beside;
    const ownMs = random.pick([
      eventTimeMs,
      eventTimeMs - MINUTE_MS,
      tickMs + waitMs,
      tickMs + waitMs + 1,
      tickMs + waitMs - 1,
      eventTimeMs + 3 * intervalMs,
    ]);
    const knownAtMs = previous !== null && random.chance(0.5) ? previous.knownAtMs : ownMs;
    rows.push({
      eventTimeMs,
      knownAtMs: source.knownAt === null ? eventTimeMs : knownAtMs,
      values: view.features.map(({ type }) => generateTableValue(random, type)),
    });
  }
  return rows;
}

const SCALARS: Readonly<Record<string, readonly (number | bigint | string)[]>> = {
  bool: [0, 1],
  int32: [0, 7, -(2 ** 31), 2 ** 31 - 1],
  int64: [0, -1, 2 ** 53 - 1, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)],
  double: [0, 0.1, -2.5, 1e300, 5e-324],
  timestamp: [0, -1, Date.UTC(2026, 0, 1), Date.UTC(1969, 6, 20)],
  string: ['', 'a', 'é', 'a\0', '\u{1F600}'],
};

function generateTableValue(random: Random, type: string): TableValueOf {
  const element = /^(?:list<)?(\w+)>?$/.exec(type)?.[1] ?? '';
  if (type.startsWith('list<'))
    return Array.from({ length: random.integer(4) }, () =>
      random.pick(SCALARS[element] as readonly number[]),
    );
  if (random.chance(0.15)) return null;
  if (type.startsWith('vector<')) return Array.from({ length: 3 }, () => Math.fround(random.real() - 0.5));
  return random.pick(SCALARS[element] as readonly number[]);
}
