import type { FixedComponent } from '@forebay/algebra';
import type { DecodedCell } from './offline-store-decoder';

/** An event as a lane sees it: taken by the lane's filter, input not null. */
export interface LaneEvent {
  readonly timeMs: number;
  readonly tie: bigint;
  readonly value: number | bigint | string | boolean | null;
  readonly category: number | bigint | string | boolean | null;
}

export type Scalar = number | bigint | string | boolean | null;

/** (event time, tie, value): the order of docs/CODEC.md. */
export function compareEvents(a: LaneEvent, b: LaneEvent): number {
  if (a.timeMs !== b.timeMs) return a.timeMs - b.timeMs;
  if (a.tie !== b.tie) return a.tie < b.tie ? -1 : 1;
  return compareValues(a.value, b.value);
}

export function compareValues(a: Scalar, b: Scalar): number {
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
  const numbers =
    kind === 'count' || kind === 'max_time' || kind === 'decayed_count'
      ? []
      : events.map((event) => Number(event.value));
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
    case 'skew': {
      const held = cell as { mean: number; m2: number; m3: number };
      const n = Math.max(1, numbers.length);
      const mean = numbers.reduce((total, x) => total + x, 0) / n;
      const m2 = numbers.reduce((total, x) => total + (x - mean) ** 2, 0);
      const m3 = numbers.reduce((total, x) => total + (x - mean) ** 3, 0);
      if (m2 <= n * (1e-14 * mean) ** 2)
        return held.m2 === 0 && held.m3 === 0 ? null : `spread ${held.m2}, ${held.m3} of equal values`;
      const sd = Math.sqrt(m2 / n);
      const close =
        Math.abs(held.m2 - m2) <= 1e-9 * m2 + 1e-12 * n * Math.abs(mean) * sd &&
        Math.abs(held.m3 - m3) <= n * sd ** 3 * (1e-9 * n + (1e-12 * Math.abs(mean)) / sd);
      return close ? null : `skew ${held.mean}, ${held.m2}, ${held.m3} is not ${mean}, ${m2}, ${m3}`;
    }
    case 'decayed_sum':
    case 'decayed_count': {
      const held = cell as { time: number; sum: number };
      const newest = events.reduce((latest, event) => Math.max(latest, event.timeMs), -Infinity);
      const weights = events.map((event) => 2 ** ((event.timeMs - newest) / component.parameter));
      const values = weights.map(
        (weight, i) => (kind === 'decayed_sum' ? (numbers[i] as number) : 1) * weight,
      );
      const sum = values.reduce((total, x) => total + x, 0);
      const allowed = 1e-9 * values.reduce((total, x) => total + Math.abs(x), 0);
      return held.time === newest && Math.abs(held.sum - sum) <= allowed
        ? null
        : `${kind} ${held.sum} at ${held.time} is not ${sum} at ${newest}`;
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
