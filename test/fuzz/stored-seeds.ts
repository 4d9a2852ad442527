/** Stored values as the stream and the batch runs write them, for views of every operation and for a table. */
import {
  BatchListWriter,
  batchBoundaries,
  compileTableView,
  compileView,
  encodeTableCells,
  encodeTableValue,
  LaneEvaluator,
  type StoredParts,
  StreamList,
  type TableLayout,
  type ViewLayout,
} from '@forebay/algebra';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import type { RegistrySnapshot } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { flightsRegistry } from '../integration/serving-project';
import { shopRegistry } from '../integration/serving-shop';

export const T_MS = Date.UTC(2026, 4, 4, 12, 30);
export const CUT_MS = Date.UTC(2026, 4, 4, 10);
const RUN_CLOCK_MS = T_MS - 10 * MINUTE_MS;

type Event = Readonly<Record<string, Value>>;

function layoutOf(registry: RegistrySnapshot, name: string): ViewLayout {
  const [project] = registry.projects;
  const view = project?.aggregationViews.find((candidate) => candidate.name === name);
  const source = project?.eventSources.find((candidate) => candidate.name === view?.source);
  if (view === undefined || source === undefined) throw new Error(`no view ${name}`);
  return compileView(view, source);
}

function evaluate(
  layout: ViewLayout,
  events: readonly Event[],
  add: (lanes: LaneEvaluator, eventTimeMs: number, tie: { high: number; low: number }) => void,
): void {
  const lanes = new LaneEvaluator(layout);
  events.forEach((event, i) => {
    const row = layout.source.fields.map(({ name }): Value => event[name] ?? null);
    lanes.derive(row);
    if (lanes.evaluate(row)) add(lanes, row[layout.eventTimeIndex] as number, { high: 0, low: i });
  });
}

/** Two writes, so that there is a sealed part too. */
function streamParts(layout: ViewLayout, events: readonly Event[]): Omit<StoredParts, 'batch'> {
  const list = new StreamList(layout);
  let open: Uint8Array | null = null;
  let sealed: Uint8Array | null = null;
  let stream = new Uint8Array(0);
  const half = Math.floor(events.length / 2);
  for (const [number, part] of [events.slice(0, half), events.slice(half)].entries()) {
    const wMs = number === 0 ? T_MS - 2 * HOUR_MS : T_MS - SECOND_MS;
    evaluate(layout, part, (lanes, atMs, tie) => list.add(lanes, atMs, tie, wMs));
    const write = list.takeWrite(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, number));
    stream = Uint8Array.from(write.value.subarray(0, write.valueSize));
    open = write.open === null ? open : Uint8Array.from(write.open);
    sealed = write.sealed === null ? sealed : Uint8Array.from(write.sealed);
  }
  return { stream, open, sealed };
}

function batchPart(layout: ViewLayout, events: readonly Event[]): Uint8Array | null {
  const { view } = layout;
  if (view.batch === null) return null;
  const writer = new BatchListWriter(layout, {
    boundaries: batchBoundaries(layout, RUN_CLOCK_MS, CUT_MS),
    cutMs: CUT_MS,
    qMs: RUN_CLOCK_MS,
    goodUntilMs: CUT_MS + view.batch.horizonMs,
  });
  evaluate(layout, events, (lanes, atMs, tie) => writer.add(lanes, atMs, tie));
  return writer.encode();
}

const purchase = (atMs: number, i: number): Event => ({
  at: atMs,
  customer: 7,
  shop: ['Zürich', 'é"', 'Chur', ''][i % 4] as string,
  amount: i % 5 === 0 ? null : 7.25 * i - 30,
  units: i % 7 === 0 ? null : 1_000 * i - 5,
  floor: i % 4,
  card: i % 3 === 0,
  promised: atMs + DAY_MS,
});

const flight = (atMs: number, i: number): Event => ({
  airport: 'ORD',
  destination: ['LAX', 'JFK', 'ATL'][i % 3] as string,
  plane: i,
  gate: i % 9,
  domestic: i % 2 === 0,
  at: atMs,
  delay: i % 6 === 0 ? null : i - 4.5,
  meters: 1_000_003 * i,
});

export interface SeededView {
  readonly layout: ViewLayout;
  readonly parts: StoredParts;
}

export function seededViews(): SeededView[] {
  const streamTimes = Array.from({ length: 40 }, (_, i) => T_MS - 150 * MINUTE_MS + i * 225 * SECOND_MS);
  const batchTimes = Array.from({ length: 60 }, (_, i) => CUT_MS - 6 * DAY_MS + i * 2.3 * HOUR_MS);
  return (
    [
      [layoutOf(shopRegistry(), 'everything'), purchase],
      [layoutOf(flightsRegistry(), 'departures'), flight],
    ] as const
  ).map(([layout, event]) => ({
    layout,
    parts: {
      ...streamParts(layout, streamTimes.map(event)),
      batch: batchPart(
        layout,
        batchTimes.map((atMs, i) => event(Math.floor(atMs), i + 100)),
      ),
    },
  }));
}

export function seededTable(): { readonly layout: TableLayout; readonly value: Uint8Array } {
  const [project] = flightsRegistry().projects;
  const view = project?.tableViews.find(({ name }) => name === 'ranking');
  const source = project?.tableSources.find(({ name }) => name === view?.source);
  if (view === undefined || source === undefined) throw new Error('no table view');
  const layout = compileTableView(view, source);
  const slots = [0, 1].map((older) => ({
    validFromMs: T_MS - HOUR_MS - older * HOUR_MS,
    eventTimeMs: T_MS - 2 * HOUR_MS - older * HOUR_MS,
    knownAtMs: T_MS - 2 * HOUR_MS,
    cells: encodeTableCells(layout, [older + 3, 77_000_000n, 'Zürich', ['A', 'B12', ''], [0.5, -1, 3]]),
  }));
  return { layout, value: encodeTableValue(slots, false) };
}
