import type { VariableComponent } from '@forebay/algebra';
import { xxHash64 } from '@forebay/contract';
import { compareEvents, compareValues, type LaneEvent, type Scalar } from './offline-store-recomputation';

/** Plain loops over the events of one segment. Returns what is wrong with the state's bytes, or null. */
export function stateMismatch(
  component: VariableComponent,
  bytes: Buffer,
  events: readonly LaneEvent[],
): string | null {
  const { kind, lane, parameter } = component;
  if (events.length === 0) return bytes.length === 0 ? null : `${kind} of nothing has bytes`;
  const sumWords = SUM_WORDS[kind as keyof typeof SUM_WORDS];
  const expected = stateOf(component, events);
  const isOverflow = kind === 'category_sums' && expected.length === 1;
  if (sumWords === undefined || isOverflow || lane.integer) {
    return expected.equals(bytes)
      ? null
      : `${kind} ${parameter}: ${bytes.toString('hex')} is not ${expected.toString('hex')}`;
  }
  return doublesMismatch(component, bytes, expected, events);
}

/** Kinds with sums of doubles in their states, that are equal within rounding only. */
const SUM_WORDS = { category_sums: 2, session_sum: 2 } as const;

/** All bytes but those of the sums are equal, and the sums are within 1e-9 of the sum of all magnitudes. */
function doublesMismatch(
  component: VariableComponent,
  bytes: Buffer,
  expected: Buffer,
  events: readonly LaneEvent[],
): string | null {
  const { kind } = component;
  if (bytes.length !== expected.length) return `${kind} has ${bytes.length} bytes, not ${expected.length}`;
  const allowed = 1e-9 * events.reduce((total, { value }) => total + Math.abs(Number(value)), 0);
  for (const at of sumOffsets(component, expected)) {
    const found = bytes.readDoubleLE(at) + bytes.readDoubleLE(at + 8);
    const sum = expected.readDoubleLE(at) + expected.readDoubleLE(at + 8);
    if (Math.abs(found - sum) > allowed) return `${kind}: sum ${found} is not ${sum}`;
    expected.copy(bytes, at, at, at + 16);
  }
  return expected.equals(bytes)
    ? null
    : `${kind}: ${bytes.toString('hex')} is not ${expected.toString('hex')}`;
}

function sumOffsets({ kind, lane }: VariableComponent, state: Buffer): number[] {
  const offsets: number[] = [];
  let at = kind === 'category_sums' ? 1 : 0;
  while (at < state.length) {
    if (kind === 'session_sum') at += 24;
    else at += (lane.byType === 'string' ? 4 + state.readUInt32LE(at) : 8) + 8;
    offsets.push(at);
    at += 16;
  }
  return offsets;
}

/** The exact bytes of a variable component's state over at least one event. */
function stateOf({ kind, lane, parameter, bounds }: VariableComponent, events: readonly LaneEvent[]): Buffer {
  const sorted = [...events].sort(compareEvents);
  switch (kind) {
    case 'first_string':
      return entryBytes(sorted[0] as LaneEvent, Buffer.from(sorted[0]?.value as string));
    case 'last_string':
      return entryBytes(sorted.at(-1) as LaneEvent, Buffer.from(sorted.at(-1)?.value as string));
    case 'first_n':
    case 'last_n':
      return Buffer.concat(
        (kind === 'first_n' ? sorted : sorted.reverse())
          .slice(0, parameter)
          .map((event) =>
            entryBytes(event, valueBytes(event.value, lane.cell === 'int64', lane.cell === 'string')),
          ),
      );
    case 'distinct':
      return distinctState(events, parameter);
    case 'quantile':
      return quantileState(events);
    case 'histogram':
      return doubles(
        ...[...bounds, Infinity].map(
          (_, bin) =>
            events.filter(({ value }) => bounds.filter((bound) => bound <= Number(value)).length === bin)
              .length,
        ),
      );
    case 'category_counts':
      return categoryState(
        events,
        parameter,
        ({ value }) => value,
        () => [],
      );
    case 'category_sums':
      return categoryState(
        events,
        parameter,
        ({ category }) => category,
        (own) => sumPair(own, lane.integer),
      );
    case 'session':
    case 'session_sum':
      return Buffer.concat(
        runsOf(sorted, parameter).map((run) =>
          doubles(
            (run[0] as LaneEvent).timeMs,
            (run.at(-1) as LaneEvent).timeMs,
            run.length,
            ...(kind === 'session' ? [] : sumPair(run, lane.integer)),
          ),
        ),
      );
  }
}

function doubles(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 * numbers.length);
  for (const [i, number] of numbers.entries()) bytes.writeDoubleLE(number, 8 * i);
  return bytes;
}

/** The nearest double, and what is missing of an integer. */
function sumPair(events: readonly LaneEvent[], integer: boolean): [number, number] {
  if (!integer) return [events.reduce((sum, { value }) => sum + Number(value), 0), 0];
  const exact = events.reduce((sum, { value }) => sum + BigInt(value as number), 0n);
  return [Number(exact), Number(exact - BigInt(Number(exact)))];
}

function entryBytes(event: LaneEvent, value: Buffer): Buffer {
  const header = Buffer.alloc(16);
  header.writeDoubleLE(event.timeMs, 0);
  header.writeBigUInt64LE(event.tie, 8);
  return Buffer.concat([header, value]);
}

function valueBytes(value: Scalar, isInteger: boolean, isText: boolean): Buffer {
  if (isText) {
    const text = Buffer.from(value as string);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    return Buffer.concat([length, text]);
  }
  const bytes = Buffer.alloc(8);
  if (isInteger) bytes.writeBigInt64LE(BigInt(value as number));
  else bytes.writeDoubleLE(Number(value));
  return bytes;
}

/** Of each 46-bit prefix of the magnitudes, with the sign, how many values have it. */
function quantileState(events: readonly LaneEvent[]): Buffer {
  const numbers = events.map(({ value }) => Number(value));
  const counts = new Map<number, number>();
  for (const number of numbers) {
    const bits = doubles(Math.abs(number)).readBigUInt64LE(0) >> 46n;
    const bucket = number === 0 ? 0 : Math.sign(number) * (Number(bits) + 1);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  const entries = [...counts].sort(([a], [b]) => a - b);
  const bytes = Buffer.alloc(8 * entries.length);
  for (const [i, [bucket, count]] of entries.entries()) {
    bytes.writeInt32LE(bucket, 8 * i);
    bytes.writeUInt32LE(count, 8 * i + 4);
  }
  return Buffer.concat([doubles(Math.min(...numbers), Math.max(...numbers)), bytes]);
}

function categoryState(
  events: readonly LaneEvent[],
  maxKeys: number,
  keyOf: (event: LaneEvent) => Scalar,
  more: (own: readonly LaneEvent[]) => readonly number[],
): Buffer {
  const groups = new Map<Scalar, LaneEvent[]>();
  for (const event of events) {
    const key = comparable(keyOf(event));
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  if (groups.size > maxKeys) return Buffer.from([1]);
  const entries = [...groups].sort(([a], [b]) => compareValues(a, b));
  return Buffer.concat([
    Buffer.from([0]),
    ...entries.flatMap(([key, own]) => [
      valueBytes(key, true, typeof key === 'string'),
      doubles(own.length, ...more(own)),
    ]),
  ]);
}

const comparable = (key: Scalar): string | bigint =>
  typeof key === 'string' ? key : BigInt(key as number | bigint | boolean);

function runsOf(sorted: readonly LaneEvent[], gapMs: number): LaneEvent[][] {
  const runs: LaneEvent[][] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const event of sorted) {
    if (event.timeMs - lastMs >= gapMs) runs.push([]);
    (runs.at(-1) as LaneEvent[]).push(event);
    lastMs = event.timeMs;
  }
  return runs;
}

function distinctState(events: readonly LaneEvent[], exact: number): Buffer {
  const hashes = [...new Set(events.map((event) => hashOf(event.value)))].sort((a, b) => (a < b ? -1 : 1));
  if (hashes.length <= exact) {
    const bytes = Buffer.alloc(1 + 8 * hashes.length);
    for (const [i, hash] of hashes.entries()) bytes.writeBigUInt64LE(hash, 1 + 8 * i);
    return bytes;
  }
  const bytes = Buffer.alloc(1 + 4_096);
  bytes[0] = 1;
  for (const hash of hashes) {
    const register = Number(hash >> 52n);
    const bits = (hash & (2n ** 52n - 1n)).toString(2).padStart(52, '0');
    const rank = bits.includes('1') ? bits.indexOf('1') + 1 : 53;
    bytes[1 + register] = Math.max(bytes[1 + register] as number, rank);
  }
  return bytes;
}

function hashOf(value: Scalar): bigint {
  if (typeof value === 'string') return xxHash64(Buffer.from(value));
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value as number));
  return xxHash64(bytes);
}
