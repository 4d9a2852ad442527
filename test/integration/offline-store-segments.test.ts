import { compileView, type Lane, type ViewLayout } from '@forebay/algebra';
import { encodeEntityKey, floorTo, type JoinKeyValue, xxHash64 } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import {
  ArchiveBlock,
  ArchiveWriter,
  applyEventSource,
  createMetaTables,
  type OfflineStore,
  openOfflineStore,
  type SegmentRun,
  streamSegments,
} from '@forebay/offline-store';
import { sharedStack, useDatabase } from '../support/stack';
import { type DecodedList, decodeBatchList } from './offline-store-decoder';
import {
  aggregationView,
  DAY,
  eventSource,
  HOUR,
  lifetime,
  randomFrom,
  sliding,
} from './offline-store-fixtures';
import { fixedMismatch, type LaneEvent } from './offline-store-recomputation';
import { stateMismatch } from './offline-store-states';

const database = useDatabase('segments');
let store: OfflineStore;

beforeAll(async () => {
  store = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
  await createMetaTables(store);
});
afterAll(() => store.close());

async function computeSegments(
  layout: ViewLayout,
  run: SegmentRun,
  chunks = 1,
): Promise<Map<string, DecodedList>> {
  const found = new Map<string, DecodedList>();
  for (let chunk = 0; chunk < chunks; chunk++) {
    for await (const { keys, values } of streamSegments(store, layout, run, { chunk, chunks })) {
      for (const [i, key] of keys.entries()) {
        expect(xxHash64(key) % BigInt(chunks)).toBe(BigInt(chunk));
        expect(found.has(key.toString())).toBe(false);
        found.set(key.toString(), decodeBatchList(values[i] as Buffer, layout));
      }
    }
  }
  return found;
}

interface ArchivedEvent {
  readonly row: readonly Value[];
  readonly log: number;
  readonly offset: number;
}

async function archive(source: EventSource, events: readonly ArchivedEvent[]): Promise<void> {
  await applyEventSource(store, source);
  const writer = new ArchiveWriter(store, source, 0, () => 0);
  const block = new ArchiveBlock(source);
  for (const { row, log, offset } of events) block.append(row, { log, offset, knownAtMs: 0, arrivedAtMs: 0 });
  await writer.insert(block, []);
  await writer.insert(block, []); // a replay: every event must still count once
}

const FIELDS = [
  { name: 'at', type: 'timestamp' },
  { name: 'user', type: 'string' },
  { name: 'shop', type: 'int64' },
  { name: 'member', type: 'bool' },
  { name: 'small', type: 'int32' },
  { name: 'large', type: 'int64' },
  { name: 'price', type: 'double' },
  { name: 'word', type: 'string' },
  { name: 'seen', type: 'timestamp' },
  { name: 'id', type: 'string' },
  { name: 'number', type: 'int64' },
] as const;
const INDEX = Object.fromEntries(FIELDS.map((field, i) => [field.name, i]));

const CUT = Date.UTC(2024, 2, 10, 6);
const Q = CUT + 2 * HOUR + 12_345;
const USERS = ['ann', 'b.ob', 'c%d{e}', 'zoë', '', null];
const WORDS = ['', 'a', 'ab', 'a\0', 'a\0b', 'über', '😀', null];

/** Ties, nulls, edges of hops and of the cut, far history, infinities, and integers beyond 2^53. */
function randomEvents(seed: number, count: number): ArchivedEvent[] {
  const random = randomFrom(seed);
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  const time = () =>
    pick([
      () => CUT - Math.floor(random() * 3 * HOUR),
      () => floorTo(CUT - Math.floor(random() * 3 * DAY), HOUR) + pick([-1, 0, 1]),
      () => CUT - Math.floor(random() * 40 * DAY),
      () => CUT + pick([-1, 0, 1]),
      () => CUT - Math.floor(random() * 200) * 60_000, // exactly a gap apart
      () => Date.UTC(1968, 0, 1) + Math.floor(random() * 4 * 365 * DAY),
    ])();
  const large = () =>
    pick([null, 0, 5, -5, 9_007_199_254_740_991, 2n ** 63n - 1n, -(2n ** 63n), 9_007_199_254_740_993n]);
  const price = () =>
    pick([null, 0, -0, 1.5, -2.25, 1e-300, 1e15 + 0.5, random() * 100, Number.NaN, Number.POSITIVE_INFINITY]);
  return Array.from({ length: count }, (_, offset) => ({
    row: [
      time(),
      pick(USERS),
      pick([1, 2, -3, null]),
      pick([true, false, null]),
      pick([null, 0, 7, -7, 2_147_483_647, -2_147_483_648]),
      large(),
      price(),
      pick(WORDS),
      pick([null, time()]),
      pick(['x', 'y', 'z', null]),
      pick([1, 2, -1, 2n ** 62n, null]),
    ],
    log: pick([1, 2, 8_192, 8_195]),
    offset,
  }));
}

/** Every operation over every type of input, several windows, a filter, and a lifetime window. */
function everything(source: EventSource, keyFields: readonly string[]): AggregationView {
  const day = sliding(DAY, HOUR);
  const month = sliding(30 * DAY, DAY);
  const hour = sliding(HOUR, 60_000);
  const inputs = ['member', 'small', 'large', 'price', 'seen'] as const;
  const numeric = ['small', 'large', 'price'] as const;
  return aggregationView(source, keyFields, [
    { operation: 'count', window: hour },
    { operation: 'count', window: hour, filter: 'small > 0' },
    { operation: 'count', window: lifetime, input: 'word' },
    { operation: 'time_since_last', window: month },
    { operation: 'time_since_last', window: month, input: 'price', filter: 'small > 0' },
    ...numeric.flatMap((input) => [
      ...(['sum', 'mean', 'min', 'max', 'stddev', 'skewness'] as const).map((operation) => ({
        operation,
        input,
        window: day,
      })),
      ...[HOUR, 30 * DAY].map((half_life_ms) => ({
        operation: 'decayed_sum' as const,
        input,
        window: lifetime,
        parameters: { half_life_ms },
      })),
      { operation: 'quantile' as const, input, window: day, parameters: { q: 0.5 } },
      {
        operation: 'histogram' as const,
        input,
        window: day,
        parameters: { b0: -1e300, b1: 0, b2: 1.5, b3: 7 },
      },
      { operation: 'histogram' as const, input, window: month, parameters: { b0: 0 } },
      ...(['member', 'shop', 'word', 'seen'] as const).map((by, i) => ({
        operation: 'sum_by' as const,
        input,
        by,
        window: month,
        parameters: { max_keys: [1_024, 2][i % 2] as number },
      })),
      ...[60_000, 6 * HOUR].map((gapMs) => ({
        operation: 'session_sum' as const,
        input,
        window: { kind: 'session', gapMs, lengthMs: DAY, hopMs: HOUR } as const,
      })),
    ]),
    { operation: 'decayed_count', window: lifetime, parameters: { half_life_ms: 1_000 } },
    { operation: 'decayed_count', window: month, input: 'word', parameters: { half_life_ms: DAY } },
    { operation: 'rate', window: { kind: 'tumbling', lengthMs: 7 * DAY, originMs: 3 * DAY } },
    {
      operation: 'session_events',
      window: { kind: 'session', gapMs: HOUR, lengthMs: DAY, hopMs: HOUR },
      filter: 'small > 0',
    },
    { operation: 'sum', input: 'large', window: month, filter: 'small > 0' },
    { operation: 'min', input: 'seen', window: month },
    { operation: 'max', input: 'seen', window: month },
    ...[...inputs, 'word' as const].flatMap((input) => [
      { operation: 'first' as const, input, window: day },
      { operation: 'last' as const, input, window: month },
      { operation: 'first_n' as const, input, window: month, parameters: { n: 3 } },
      { operation: 'last_n' as const, input, window: month, parameters: { n: 3 } },
    ]),
    { operation: 'last_n', input: 'word', window: month, parameters: { n: 7 } },
    ...(['member', 'small', 'large', 'word', 'seen'] as const).flatMap((input) => [
      ...[0, 2, 256].map((exact) => ({
        operation: 'distinct_count' as const,
        input,
        window: month,
        parameters: { exact },
      })),
      ...[2, 1_024].map((max_keys) => ({
        operation: 'count_by' as const,
        input,
        window: month,
        parameters: { max_keys },
      })),
    ]),
  ]);
}

/** The test's own reading of the few expressions that it uses. */
function evaluate(text: string, row: readonly Value[]): Value | boolean {
  if (text === 'small > 0')
    return row[INDEX.small as number] === null ? null : (row[INDEX.small as number] as number) > 0;
  const value = row[INDEX[text] as number] as Value;
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  return Object.is(value, -0) ? 0 : value;
}

function laneEvents(
  lane: Lane,
  events: readonly ArchivedEvent[],
  tieOf: (event: ArchivedEvent) => bigint,
): LaneEvent[] {
  return events.flatMap((event) => {
    if (lane.filter !== null && evaluate(lane.filter.text, event.row) !== true) return [];
    const value = lane.input === null ? null : evaluate(lane.input.text, event.row);
    const category = lane.by === null ? null : evaluate(lane.by.text, event.row);
    return (lane.input !== null && value === null) || (lane.by !== null && category === null)
      ? []
      : [{ timeMs: event.row[0] as number, tie: tieOf(event), value, category }];
  });
}

const positionOf = (event: ArchivedEvent) => (BigInt(event.log) << 50n) | BigInt(event.offset);
const SIGN = 1n << 63n;

const TIES: readonly [string, Partial<EventSource>, (event: ArchivedEvent) => bigint][] = [
  ['positions', {}, positionOf],
  [
    'string event ids that repeat',
    { eventId: 'id' },
    (event) => {
      const id = event.row[INDEX.id as number] as string | null;
      return id === null ? positionOf(event) : xxHash64(Buffer.from(id));
    },
  ],
  [
    'integer event ids that repeat',
    { eventId: 'number' },
    (event) => {
      const id = event.row[INDEX.number as number] as number | bigint | null;
      return id === null ? positionOf(event) : BigInt.asUintN(64, BigInt(id)) ^ SIGN;
    },
  ],
];

describe.each(TIES)('segments of random events ordered by %s', (name, more, tieOf) => {
  const source = eventSource(`events_${name.split(' ')[0]}`, FIELDS, { archiveOrder: ['user'], ...more });
  const events = randomEvents(name.length, 4_000);
  const run: SegmentRun = { qMs: Q, cutMs: CUT, finishedLoads: [1, 2] };

  beforeAll(() => archive(source, events));

  it.each([[['user']], [['shop', 'user']], [['member']]])(
    'equal plain loops over the events, keyed by %s',
    async (keyFields) => {
      const layout = compileView(everything(source, keyFields), source);
      const expected = new Map<string, ArchivedEvent[]>();
      for (const event of events) {
        const keys = keyFields.map((field) => event.row[INDEX[field] as number] as JoinKeyValue | null);
        if (keys.includes(null) || (event.row[0] as number) >= CUT) continue;
        const key = encodeEntityKey(keys as JoinKeyValue[]);
        expected.set(key, [...(expected.get(key) ?? []), event]);
      }
      const found = await computeSegments(layout, run, keyFields.length + 1);
      expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [key, own] of expected) compareLists(layout, found.get(key) as DecodedList, own, tieOf);
    },
  );
});

function compareLists(
  layout: ViewLayout,
  list: DecodedList,
  events: readonly ArchivedEvent[],
  tieOf: (event: ArchivedEvent) => bigint,
): void {
  expect([list.cutMs, list.qMs, list.goodUntilMs]).toEqual([CUT, Q, CUT + 72 * HOUR]);
  expect(list.segments.reduce((sum, segment) => sum + segment.events, 0)).toBe(events.length);
  const problems: string[] = [];
  for (const [i, segment] of list.segments.entries()) {
    const inside = events.filter(
      ({ row }) => (row[0] as number) >= segment.startMs && (row[0] as number) < segment.endMs,
    );
    if (inside.length === 0 || inside.length !== segment.events)
      problems.push(`segment ${i}: ${segment.events} events, not ${inside.length}`);
    if (i > 0 && segment.startMs < (list.segments[i - 1]?.endMs as number))
      problems.push(`segment ${i} overlaps the one before it`);
    const laneOf = (lane: Lane) => laneEvents(lane, inside, tieOf);
    for (const [j, component] of layout.fixed.entries()) {
      const wrong = fixedMismatch(component, segment.fixed[j] as never, laneOf(component.lane));
      if (wrong !== null)
        problems.push(`segment ${i}, ${component.lane.input?.text} ${component.lane.filter?.text}: ${wrong}`);
    }
    for (const [j, component] of layout.variable.entries()) {
      const wrong = stateMismatch(component, segment.variable[j] as Buffer, laneOf(component.lane));
      if (wrong !== null) problems.push(`segment ${i}, ${component.lane.input?.text}: ${wrong}`);
    }
  }
  problems.push(...straddledEdges(layout, list));
  expect(problems.slice(0, 5)).toEqual([]);
}

/** Left edges that a read may ask for, and that lie inside a segment. */
function straddledEdges(layout: ViewLayout, list: DecodedList): string[] {
  const edges = new Set<number>();
  for (let t = Q; t < CUT + 72 * HOUR; t += 613_000) {
    for (const window of layout.windows) {
      if (window.kind === 'sliding' || window.kind === 'session')
        edges.add(floorTo(t - window.lengthMs, window.hopMs));
      if (window.kind === 'tumbling') {
        const end = window.originMs + floorTo(t - window.originMs, window.lengthMs);
        edges.add(end - window.lengthMs).add(end);
      }
    }
  }
  return list.segments.flatMap(({ startMs, endMs }) =>
    [...edges]
      .filter((edge) => startMs < edge && edge < endMs)
      .map((edge) => `edge ${edge} lies inside a segment`),
  );
}

describe('what a run reads', () => {
  const source = eventSource('reads', FIELDS, { archiveOrder: ['user'] });
  const rowAt = (at: number, user: string, small: number | null): Value[] => [
    at,
    user,
    1,
    true,
    small,
    null,
    null,
    null,
    null,
    null,
    null,
  ];
  const events: ArchivedEvent[] = [
    { row: rowAt(CUT - 1, 'ann', 5), log: 8_192, offset: 1 },
    { row: rowAt(CUT - 2, 'ann', -5), log: 8_192, offset: 2 },
    { row: rowAt(CUT - 3, 'ann', 5), log: 3, offset: 0 },
    { row: rowAt(CUT - 90 * DAY, 'old', 5), log: 8_192, offset: 3 },
    { row: rowAt(CUT - 1, 'x'.repeat(1_025), 5), log: 8_192, offset: 4 },
  ];
  const run: SegmentRun = { qMs: Q, cutMs: CUT, finishedLoads: [3] };
  const count = { operation: 'count' as const, window: sliding(30 * DAY, DAY) };
  const eventsOf = (lists: Map<string, DecodedList>) =>
    [...lists].map(([key, list]) => [key, list.segments.reduce((sum, segment) => sum + segment.events, 0)]);

  beforeAll(() => archive(source, events));

  it('leaves out rows before the longest window, and keys that are too long', async () => {
    expect(
      eventsOf(await computeSegments(compileView(aggregationView(source, ['user'], [count]), source), run)),
    ).toEqual([['ann', 3]]);
  });

  it('applies the filter of the view', async () => {
    const view = aggregationView(source, ['user'], [count], { filter: 'small > 0' });
    expect(eventsOf(await computeSegments(compileView(view, source), run))).toEqual([['ann', 2]]);
  });

  it('leaves out rows of loads that were not finished when the run began', async () => {
    const lists = await computeSegments(compileView(aggregationView(source, ['user'], [count]), source), {
      ...run,
      finishedLoads: [1, 9],
    });
    expect(eventsOf(lists)).toEqual([['ann', 2]]);
  });

  it('computes a view that has only lifetime windows as one segment from the beginning', async () => {
    const view = aggregationView(source, ['user'], [{ operation: 'count', window: lifetime }]);
    const lists = await computeSegments(compileView(view, source), run);
    expect(lists.get('old')?.segments).toMatchObject([{ startMs: -Infinity, endMs: CUT, events: 1 }]);
  });
});
