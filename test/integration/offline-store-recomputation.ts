import type { FixedComponent, VariableComponent } from '@forebay/algebra';
import { xxHash64 } from '@forebay/contract';
import type { DecodedCell } from './offline-store-decoder';

/** An event as a lane sees it: taken by the lane's filter, input not null. */
export interface LaneEvent {
  readonly timeMs: number;
  readonly tie: bigint;
  readonly value: number | bigint | string | boolean | null;
}

type Scalar = number | bigint | string | boolean | null;

/** (event time, tie, value): the order of docs/CODEC.md. */
export function compareEvents(a: LaneEvent, b: LaneEvent): number {
  if (a.timeMs !== b.timeMs) return a.timeMs - b.timeMs;
  if (a.tie !== b.tie) return a.tie < b.tie ? -1 : 1;
  return compareValues(a.value, b.value);
}

function compareValues(a: Scalar, b: Scalar): number {
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  const [x, y] = [a ?? 0, b ?? 0];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Plain loops over the events of one segment. Returns what is wrong with the cell, or null. */
export function fixedMismatch(
  component: FixedComponent,
  cell: DecodedCell,
  events: readonly LaneEvent[],
): string | null {
  const { kind, lane } = component;
  const wide = lane.cell === 'int64';
  const numbers = kind === 'count' || kind === 'max_time' ? [] : events.map((event) => Number(event.value));
  switch (kind) {
    case 'count':
      return difference(kind, cell, { number: events.length });
    case 'max_time':
      return difference(kind, cell, {
        number: events.reduce((latest, event) => Math.max(latest, event.timeMs), -Infinity),
      });
    case 'min':
    case 'max': {
      const sorted = events.map((event) => event.value).sort(compareValues);
      const found = (kind === 'min' ? sorted[0] : sorted.at(-1)) ?? null;
      return difference(kind, cell, {
        number: found === null ? identity(kind, lane.inputType) : wide ? BigInt(found) : Number(found),
      });
    }
    case 'sum': {
      const held = cell as { high: number; low: number };
      if (lane.integer) {
        const exact = events.reduce((sum, event) => sum + BigInt(event.value as number), 0n);
        return BigInt(held.high) + BigInt(held.low) === exact
          ? null
          : `sum ${held.high} + ${held.low} is not ${exact}`;
      }
      const sum = numbers.reduce((total, x) => total + x, 0);
      const allowed = 1e-9 * numbers.reduce((total, x) => total + Math.abs(x), 0);
      return Math.abs(held.high + held.low - sum) <= allowed ? null : `sum ${held.high} is not ${sum}`;
    }
    case 'moments': {
      const held = cell as { mean: number; m2: number };
      const n = Math.max(1, numbers.length);
      const mean = numbers.reduce((total, x) => total + x, 0) / n;
      const m2 = numbers.reduce((total, x) => total + (x - mean) ** 2, 0);
      const scale = numbers.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
      const close =
        Math.abs(held.mean - mean) <= 1e-9 * scale &&
        Math.abs(held.m2 - m2) <=
          1e-9 * m2 + 1e-12 * n * Math.abs(mean) * Math.sqrt(m2 / n) + n * (1e-14 * mean) ** 2;
      return close ? null : `moments ${held.mean}, ${held.m2} are not ${mean}, ${m2}`;
    }
    default: {
      const sorted = [...events].sort(compareEvents);
      const found = kind === 'first' ? sorted[0] : sorted.at(-1);
      const none = { time: kind === 'first' ? Infinity : -Infinity, tie: 0n, value: wide ? 0n : 0 };
      return difference(
        kind,
        cell,
        found === undefined
          ? none
          : {
              time: found.timeMs,
              tie: found.tie,
              value: wide ? BigInt(found.value as number) : Number(found.value),
            },
      );
    }
  }
}

function identity(kind: 'min' | 'max', type: string | null): number | bigint {
  if (type === 'int64') return kind === 'min' ? 2n ** 63n - 1n : -(2n ** 63n);
  if (type === 'int32') return kind === 'min' ? 2 ** 31 - 1 : -(2 ** 31);
  return kind === 'min' ? Infinity : -Infinity;
}

function difference(kind: string, cell: DecodedCell, expected: DecodedCell): string | null {
  const text = (value: object) =>
    JSON.stringify(
      Object.entries(value).map(
        ([name, part]) => `${name} ${typeof part} ${Object.is(part, -0) ? '-0' : part}`,
      ),
    );
  return text(cell) === text(expected) ? null : `${kind} ${text(cell)} is not ${text(expected)}`;
}

/** The exact bytes of a variable component's state over one segment. */
export function variableState(
  { kind, lane, parameter }: VariableComponent,
  events: readonly LaneEvent[],
): Buffer {
  if (events.length === 0) return Buffer.alloc(0);
  const sorted = [...events].sort(compareEvents);
  switch (kind) {
    case 'first_string':
      return entryBytes(sorted[0] as LaneEvent, Buffer.from(sorted[0]?.value as string));
    case 'last_string':
      return entryBytes(sorted.at(-1) as LaneEvent, Buffer.from(sorted.at(-1)?.value as string));
    case 'last_n':
      return Buffer.concat(
        sorted
          .reverse()
          .slice(0, parameter)
          .map((event) => entryBytes(event, lastNValue(event.value, lane.cell))),
      );
    case 'distinct':
      return distinctState(events, parameter);
  }
}

function entryBytes(event: LaneEvent, value: Buffer): Buffer {
  const header = Buffer.alloc(16);
  header.writeDoubleLE(event.timeMs, 0);
  header.writeBigUInt64LE(event.tie, 8);
  return Buffer.concat([header, value]);
}

function lastNValue(value: Scalar, cell: string): Buffer {
  if (cell === 'string') {
    const text = Buffer.from(value as string);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    return Buffer.concat([length, text]);
  }
  const bytes = Buffer.alloc(8);
  if (cell === 'int64') bytes.writeBigInt64LE(BigInt(value as number));
  else bytes.writeDoubleLE(Number(value));
  return bytes;
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
