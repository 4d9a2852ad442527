/** The stored values of generated entities: a batch list up to a cut, a stream list from before the cut to now. */
import {
  BatchListWriter,
  batchBoundaries,
  LaneEvaluator,
  type ReadContext,
  type StoredParts,
  StreamList,
  type ViewLayout,
} from '@forebay/algebra';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import { HORIZON_MS } from './engine-view';
import { narrowBatch } from './narrow-batch';

/** The instant that is read, at which the windows' edges lie inside hours. */
export const NOW_MS = Date.UTC(2026, 4, 10, 12, 34, 56);
/** A day ago: of the last 24 h each hour, and of the last one each minute, is a row of the stream. */
export const CUT_MS = Date.UTC(2026, 4, 9, 12);
const RUN_CLOCK_MS = CUT_MS + HOUR_MS + 10 * MINUTE_MS;

/** When values are read, up to where batch speaks, and the clock of its run; all ms. */
export interface Instants {
  readonly nowMs: number;
  readonly cutMs: number;
  readonly runClockMs: number;
}

export const context: ReadContext = {
  tMs: NOW_MS,
  serverClockMs: NOW_MS,
  completeSinceMs: NOW_MS - HORIZON_MS,
  batchMarker: { cutMs: CUT_MS, qMs: RUN_CLOCK_MS, coverageBeginMs: Number.NEGATIVE_INFINITY },
  progressMs: NOW_MS,
};

/** Numbers in [0, 1) that a seed repeats (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** An event in each minute of the last two hours, each hour of the last eight days, each day of the last 95; ascending. */
export function busyTimes(random: () => number, nowMs = NOW_MS): number[] {
  const times: number[] = [];
  const each = (stepMs: number, backMs: number) => {
    for (let at = nowMs - backMs; at < nowMs; at += stepMs) times.push(at + Math.floor(random() * stepMs));
  };
  each(MINUTE_MS / 2, 2 * HOUR_MS);
  each(HOUR_MS / 4, 8 * DAY_MS);
  each(DAY_MS / 2, 95 * DAY_MS);
  return times.filter((at) => at < nowMs).sort((a, b) => a - b);
}

/** So few events, most of them lately, that about 20 segments hold one. */
export function typicalTimes(random: () => number, nowMs = NOW_MS): number[] {
  const ages = Array.from({ length: 25 }, () => 10 ** (4.6 + 5.2 * random()));
  return ages.map((age) => Math.floor(nowMs - age)).sort((a, b) => a - b);
}

/** Of one event: whole numbers, amounts in cents, and categories of which some are frequent. */
function rowAt(atMs: number, random: () => number, names: number): Value[] {
  const rank = Math.floor(names * random() ** 2);
  const amount = Math.round(10_000 * random() ** 3) / 100;
  return [atMs, 'ann', Math.floor(40 * random()) - 5, amount, `shop-${rank}`, 1_000_003 * rank];
}

export interface Entity {
  readonly parts: StoredParts;
  readonly batchRows: number;
  readonly streamRows: number;
}

export interface EntityShape {
  readonly times: (random: () => number) => number[];
  /** Of how many shops and products the events are. */
  readonly names: number;
  readonly eventsAtOnce?: number;
}

/** What a run at the cut and a stream writer up to now store of one entity. */
export function entityOf(
  layout: ViewLayout,
  seed: number,
  { times, names, eventsAtOnce = 1 }: EntityShape,
): Entity {
  const random = randomFrom(seed);
  const batch = new BatchListWriter(layout, {
    boundaries: batchBoundaries(layout, RUN_CLOCK_MS, CUT_MS),
    cutMs: CUT_MS,
    qMs: RUN_CLOCK_MS,
    goodUntilMs: CUT_MS + HORIZON_MS,
  });
  const stream = new StreamList(layout);
  const evaluator = new LaneEvaluator(layout);
  let offset = 0;
  for (const atMs of times(random)) {
    for (let i = 0; i < eventsAtOnce; i++) {
      evaluator.evaluate(rowAt(atMs, random, names));
      const tie = { high: 8192 << 18, low: offset++ };
      batch.add(evaluator, atMs, tie);
      stream.add(evaluator, atMs, tie, atMs + 1);
    }
  }
  const minute = NOW_MS - (NOW_MS % MINUTE_MS);
  stream.compact(minute);
  const write = stream.takeWrite(new Uint8Array(8).fill(1 + (seed % 250)));
  const narrow = batch.encode();
  return {
    parts: {
      // at odd positions of a larger buffer, as a reply of Redis is
      stream: unaligned(write.value.subarray(0, write.valueSize)),
      open: write.open && unaligned(write.open),
      sealed: write.sealed && unaligned(write.sealed),
      batch: narrow && unaligned(narrowBatch(narrow, layout)),
    },
    batchRows: narrow === null ? 0 : new DataView(narrow.buffer, narrow.byteOffset).getUint32(4, true),
    streamRows: stream.rows,
  };
}

function unaligned(bytes: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(bytes.length + 16);
  const at = 5 + (bytes.length % 3);
  buffer.set(bytes, at);
  return buffer.subarray(at, at + bytes.length);
}
