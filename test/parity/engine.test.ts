/**
 * Oracle = stream list + batch list + fold, on random histories whose timestamps snap to the edges. Pure: no server, no
 * clock. The seed is printed with a failure; run one again with FOREBAY_SEED.
 */
import {
  BatchListWriter,
  batchBoundaries,
  compileView,
  LaneEvaluator,
  newViewOutput,
  STATUS,
  StreamList,
  ViewFold,
  type ViewLayout,
} from '@forebay/algebra';
import { DAY_MS, floorTo, type Hash64, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import type {
  AggregationFeature,
  AggregationView,
  EventSource,
  OperationName,
  Window,
} from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { agrees, type OracleEvent, type OracleValue, oracleFeatures } from '@forebay/testkit';

const METADATA = { owner: '', description: '', tags: {} };
const LATENESS_MS = HOUR_MS;

const source: EventSource = {
  id: 1,
  name: 'events',
  topic: 'events',
  table: 'events',
  fields: [
    { name: 'time', type: 'timestamp' },
    { name: 'who', type: 'string' },
    { name: 'i', type: 'int32' },
    { name: 'big', type: 'int64' },
    { name: 'x', type: 'double' },
    { name: 's', type: 'string' },
    { name: 'b', type: 'bool' },
  ],
  eventTime: 'time',
  eventId: null,
  knownAt: null,
  allowedLatenessMs: LATENESS_MS,
  maxClockSkewMs: 5 * MINUTE_MS,
  maxStalenessMs: MINUTE_MS,
  partitions: 1,
  archiveOrder: [],
  metadata: METADATA,
};

/** mulberry32: small, seeded, good enough to choose test cases. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WINDOWS: Window[] = [
  { kind: 'sliding', lengthMs: 30 * SECOND_MS, hopMs: SECOND_MS },
  { kind: 'sliding', lengthMs: HOUR_MS, hopMs: MINUTE_MS },
  { kind: 'sliding', lengthMs: 12 * HOUR_MS, hopMs: 5 * MINUTE_MS },
  { kind: 'sliding', lengthMs: DAY_MS, hopMs: HOUR_MS },
  { kind: 'sliding', lengthMs: 7 * DAY_MS, hopMs: HOUR_MS },
  { kind: 'sliding', lengthMs: 30 * DAY_MS, hopMs: DAY_MS },
  { kind: 'lifetime' },
];

const INPUTS: Readonly<Record<OperationName, readonly (string | null)[]>> = {
  count: [null, 'x', 's'],
  sum: ['i', 'big', 'x', 'i * 2'],
  mean: ['i', 'x'],
  min: ['i', 'big', 'x', 'time'],
  max: ['i', 'big', 'x'],
  variance: ['i', 'x'],
  stddev: ['x'],
  first: ['i', 'big', 's', 'b'],
  last: ['x', 'big', 's', 'time'],
  last_n: ['i', 'big', 's'],
  distinct_count: ['s', 'i', 'big', 'b'],
  time_since_last: [null, 'x'],
};
const TYPES: Readonly<Record<string, string>> = {
  i: 'int32',
  big: 'int64',
  x: 'double',
  s: 'string',
  b: 'bool',
  time: 'timestamp',
  'i * 2': 'int64',
};
const FILTERS = [null, 'x > 0.0', 's == "a" || i > 3', 'b'];

class Generator {
  readonly rand: () => number;
  constructor(seed: number) {
    this.rand = random(seed);
  }
  integer(limit: number): number {
    return Math.floor(this.rand() * limit);
  }
  pick<T>(items: readonly T[]): T {
    return items[this.integer(items.length)] as T;
  }

  view(): AggregationView {
    const windows = WINDOWS.filter(() => this.rand() < 0.5);
    if (windows.length === 0) windows.push(WINDOWS[1] as Window);
    const features = Array.from({ length: 1 + this.integer(8) }, (_, index): AggregationFeature => {
      const operation = this.pick(Object.keys(INPUTS) as OperationName[]);
      const input = this.pick(INPUTS[operation]);
      const parameters: Record<string, number> =
        operation === 'last_n'
          ? { n: 1 + this.integer(4) }
          : operation === 'distinct_count'
            ? { exact: 8 }
            : operation === 'variance' || operation === 'stddev'
              ? { sample: this.integer(2) }
              : {};
      const type =
        operation === 'sum'
          ? input === 'x'
            ? 'double'
            : 'int64'
          : ((TYPES[input ?? ''] ?? 'int64') as never);
      return {
        name: `f${index}`,
        operation,
        input,
        filter: this.pick(FILTERS),
        window: this.pick(windows),
        parameters,
        type,
        description: '',
      };
    });
    const batch =
      this.rand() < 0.7
        ? { horizonMs: (6 + this.integer(72)) * HOUR_MS, cutHopMs: HOUR_MS, intervalMs: null }
        : null;
    const longest = Math.max(
      DAY_MS,
      ...windows.map((window) => (window.kind === 'sliding' ? window.lengthMs + window.hopMs : 0)),
    );
    return {
      id: 7,
      name: 'v',
      version: 1,
      entity: 'who',
      source: 'events',
      keyFields: ['who'],
      filter: this.rand() < 0.3 ? 'i != null' : null,
      derived: [],
      features,
      batch,
      stream: { retentionMs: batch === null ? longest : batch.horizonMs + batch.cutHopMs },
      metadata: METADATA,
      fingerprint: '',
    };
  }

  row(timeMs: number): Value[] {
    const maybe = (value: Value): Value => (this.rand() < 0.12 ? null : value);
    const big = this.pick<Value>([
      this.integer(1000),
      2 ** 40 + this.integer(9),
      9_007_199_254_740_993n,
      -9_223_372_036_854_775_808n,
    ]);
    return [
      timeMs,
      'e',
      maybe(this.integer(10) - 4),
      maybe(this.rand() < 0.9 ? this.integer(50) : big),
      maybe(this.pick([this.rand() * 10 - 5, 1e15, -1e-9, 0, 2.5])),
      maybe(this.pick(['a', 'b', 'c', 'é', ''])),
      maybe(this.rand() < 0.5),
    ];
  }
}

interface Arrival {
  readonly event: OracleEvent;
  readonly arrivalMs: number;
  readonly offset: number;
}

/** Event times that lie on, or 1 ms beside, the edges that the view has at t. */
function history(generator: Generator, layout: ViewLayout, tMs: number, cutMs: number): Arrival[] {
  const anchors = [tMs, cutMs];
  for (const window of layout.windows)
    if (window.kind === 'sliding')
      anchors.push(
        tMs - window.lengthMs,
        floorTo(tMs - window.lengthMs, window.hopMs),
        floorTo(tMs, window.hopMs),
      );
  const arrivals = Array.from({ length: generator.integer(60) }, () => {
    const near =
      generator.rand() < 0.5
        ? generator.pick(anchors) + generator.integer(3) - 1
        : tMs - Math.floor(generator.rand() ** 3 * 40 * DAY_MS);
    const eventTimeMs = Math.min(near, tMs + 2 * MINUTE_MS);
    const delay = generator.pick([
      0,
      0,
      1,
      1000,
      generator.integer(LATENESS_MS),
      LATENESS_MS,
      -generator.integer(4 * MINUTE_MS),
    ]);
    return { eventTimeMs, arrivalMs: eventTimeMs + delay };
  }).sort((a, b) => a.arrivalMs - b.arrivalMs);
  return arrivals.map(({ eventTimeMs, arrivalMs }, offset) => ({
    arrivalMs,
    offset,
    event: { row: generator.row(eventTimeMs), eventTimeMs, tie: tieOf(offset) },
  }));
}

const tieOf = (offset: number) => (8192n << 50n) | BigInt(offset);
const words = (tie: bigint): Hash64 => ({ high: Number(tie >> 32n), low: Number(tie & 0xffffffffn) });

interface Case {
  readonly layout: ViewLayout;
  readonly tMs: number;
  readonly qMs: number;
  readonly cutMs: number;
}

function runCase(seed: number): { compared: number; exact: number } {
  const generator = new Generator(seed);
  const view = generator.view();
  const layout = compileView(view, source);
  const base = generator.pick([Date.UTC(2026, 2, 29, 1, 30), 86_400_000 * 400, -5 * DAY_MS + 1]);
  const tMs = base + generator.pick([0, 1, -1, generator.integer(DAY_MS)]);
  const qMs = tMs - generator.integer((view.batch?.horizonMs ?? HOUR_MS) - 2 * HOUR_MS);
  const cutMs = floorTo(qMs - LATENESS_MS, HOUR_MS);
  const arrivals = history(generator, layout, tMs, cutMs).filter(({ arrivalMs }) => arrivalMs <= tMs);
  return compare(generator, { layout, tMs, qMs, cutMs }, arrivals, seed);
}

function streamParts(generator: Generator, layout: ViewLayout, arrivals: readonly Arrival[]) {
  const evaluator = new LaneEvaluator(layout);
  let list = new StreamList(layout);
  let parts = {
    main: null as Uint8Array | null,
    open: null as Uint8Array | null,
    sealed: null as Uint8Array | null,
  };
  let token = 0;
  const store = () => {
    const write = list.takeWrite(new Uint8Array([++token, 1, 2, 3, 4, 5, 6, 7]));
    const main = new Uint8Array(write.valueSize);
    if (write.patchFrom !== null) main.set((parts.main as Uint8Array).subarray(0, write.patchFrom));
    main.set(write.value.subarray(write.patchFrom ?? 0, write.valueSize), write.patchFrom ?? 0);
    parts = { main, open: write.open ?? parts.open, sealed: write.sealed ?? parts.sealed };
    if (generator.rand() < 0.3) list = StreamList.load(layout, parts);
  };
  for (const { event, arrivalMs, offset } of arrivals) {
    const row = [...event.row];
    evaluator.derive(row);
    if (!evaluator.evaluate(row)) continue;
    if (list.needsCompaction(arrivalMs) || generator.rand() < 0.1) list.compact(arrivalMs);
    list.add(evaluator, event.eventTimeMs, words(event.tie), arrivalMs);
    list.advanceFence(0, 0, 0, offset);
    if (generator.rand() < 0.5) store();
  }
  if (list.dirty && list.rows > 0) store();
  return { stream: parts.main, open: parts.open, sealed: parts.sealed };
}

function batchValue(
  layout: ViewLayout,
  arrivals: readonly Arrival[],
  { qMs, cutMs }: Case,
): Uint8Array | null {
  if (layout.view.batch === null) return null;
  const writer = new BatchListWriter(layout, {
    boundaries: batchBoundaries(layout, qMs, cutMs),
    cutMs,
    qMs,
    goodUntilMs: cutMs + layout.view.batch.horizonMs,
  });
  const evaluator = new LaneEvaluator(layout);
  for (const { event, arrivalMs } of arrivals) {
    const row = [...event.row];
    evaluator.derive(row);
    if (arrivalMs <= qMs && evaluator.evaluate(row))
      writer.add(evaluator, event.eventTimeMs, words(event.tie));
  }
  return writer.encode();
}

function compare(
  generator: Generator,
  run: Case,
  arrivals: readonly Arrival[],
  seed: number,
): { compared: number; exact: number } {
  const { layout, tMs, qMs, cutMs } = run;
  const parts = { ...streamParts(generator, layout, arrivals), batch: batchValue(layout, arrivals, run) };
  const fold = new ViewFold(layout);
  const output = newViewOutput(layout);
  const atMs = Math.max(tMs, fold.newestClock(parts));
  const marker =
    layout.view.batch === null ? null : { cutMs, qMs, coverageBeginMs: Number.NEGATIVE_INFINITY };
  fold.fold(
    parts,
    {
      tMs: atMs,
      serverClockMs: atMs,
      completeSinceMs: Number.NEGATIVE_INFINITY,
      batchMarker: marker,
      progressMs: atMs,
    },
    output,
  );
  const expected = oracleFeatures(
    layout.view,
    source,
    arrivals.map(({ event }) => event),
    atMs,
  );
  let exact = 0;
  for (const plan of layout.features) {
    const oracle = expected[plan.index] as (typeof expected)[number];
    const actual = (output.others[plan.index] ?? output.numbers[plan.index]) as OracleValue;
    const value = typeof actual === 'number' && Number.isNaN(actual) ? null : actual;
    const inexact =
      plan.operation === 'sum' && plan.feature.type === 'int64' && Math.abs(Number(oracle.value)) >= 2 ** 53;
    const degraded = output.statuses[plan.index] === STATUS.DEGRADED;
    if (degraded !== inexact || !agrees(plan.feature, oracle, value)) {
      throw new Error(
        `seed ${seed}: ${JSON.stringify(plan.feature)} at ${atMs}, cut ${cutMs}, q ${qMs}: oracle ${String(oracle.value)}, engine ${String(value)}, status ${output.statuses[plan.index]}, reason ${output.reason}, batch ${JSON.stringify(layout.view.batch)}, events ${arrivals.length}`,
      );
    }
    if (!degraded) exact++;
  }
  return { compared: layout.features.length, exact };
}

describe('stream and batch segments, folded, equal the oracle', () => {
  const runs = Number(process.env.FOREBAY_PARITY_RUNS ?? 1_000);
  const seed = Number(process.env.FOREBAY_SEED ?? Math.floor(Math.random() * 1e9));
  it(`on random views and histories (seed ${seed})`, () => {
    let compared = 0;
    for (let i = 0; i < runs; i++) compared += runCase(seed + i).compared;
    expect(compared).toBeGreaterThan(runs);
  });
});
