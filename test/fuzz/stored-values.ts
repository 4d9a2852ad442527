/**
 * The readers of stored values, on bytes that were damaged in Redis. A format without a checksum cannot tell a flipped bit in
 * a number from another number; what it must notice is damage to its structure, and whatever the bytes are, a read ends soon,
 * without an error, and leaves numbers that a response can carry.
 */
import {
  newTableOutput,
  newViewOutput,
  STATUS,
  type StoredParts,
  TableRead,
  ViewFold,
  type ViewOutput,
} from '@forebay/algebra';
import type { FuzzTarget } from './run-target';
import { CUT_MS, type SeededView, seededTable, seededViews, T_MS } from './stored-seeds';

/** A fold of some ten kilobytes takes some ten microseconds. */
const SHARE = 0.1;

/** 275,760 years: what is no instant can't be written as the answer's. */
const LAST_INSTANT_MS = 8.64e15;

const MARKER = { cutMs: CUT_MS, qMs: T_MS - 600_000, coverageBeginMs: Number.NEGATIVE_INFINITY };
const CONTEXT = {
  tMs: T_MS,
  serverClockMs: T_MS,
  completeSinceMs: Number.NEGATIVE_INFINITY,
  batchMarker: MARKER,
  progressMs: T_MS,
};

const AROUND_BYTES = 4_096;

/** As values lie in what was read from a socket: between others, whose bytes must not be taken for theirs. */
function amongOthers(bytes: Uint8Array): Uint8Array {
  const memory = new Uint8Array(bytes.length + 2 * AROUND_BYTES).fill(0x41);
  memory.set(bytes, AROUND_BYTES);
  return memory.subarray(AROUND_BYTES, AROUND_BYTES + bytes.length);
}

/** The values as text, by feature. */
function valuesOf(out: ViewOutput): string[] {
  return Array.from(out.statuses, (status, i) =>
    JSON.stringify([status, out.numbers[i], out.others[i]], (_, value) => {
      if (typeof value === 'bigint') return `${value}n`;
      if (value instanceof Map) return [...value];
      return ArrayBuffer.isView(value) ? [...(value as Float32Array)] : value;
    }),
  );
}

/** `noticed`: whatever differs is DEGRADED; `unharmed`: nothing differs; else `another value`. */
function compare(out: ViewOutput, right: readonly string[]): string {
  const values = valuesOf(out);
  const differing = values.flatMap((value, i) => (value === right[i] ? [] : [out.statuses[i]]));
  if (differing.length === 0) return 'unharmed';
  return differing.every((status) => status === STATUS.DEGRADED) ? 'noticed' : 'another value';
}

function checkOutput(out: ViewOutput, clockMs: number): void {
  if (Number.isNaN(clockMs) || clockMs > LAST_INSTANT_MS) throw new Error(`the clock is ${clockMs}`);
  out.statuses.forEach((status, i) => {
    if (status < STATUS.PRESENT || status > STATUS.DEGRADED)
      throw new Error(`feature ${i}: status ${status}`);
    const number = out.numbers[i];
    if (
      status === STATUS.PRESENT &&
      typeof number === 'number' &&
      Math.abs(number) === Number.POSITIVE_INFINITY
    )
      throw new Error(`feature ${i} is ${number}`);
  });
}

/** As serving does: again, at the newest clock in the values, if that is later. */
function foldAt(fold: ViewFold, parts: StoredParts, out: ViewOutput): number {
  const clockMs = fold.fold(parts, CONTEXT, out);
  if (clockMs > T_MS) fold.fold(parts, { ...CONTEXT, tMs: clockMs }, out);
  return clockMs;
}

function partTarget({ layout, parts }: SeededView, part: keyof StoredParts): FuzzTarget[] {
  const stored = parts[part];
  if (stored === null) return [];
  const fold = new ViewFold(layout);
  const out = newViewOutput(layout);
  foldAt(fold, parts, out);
  const right = valuesOf(out);
  return [
    {
      name: `stored ${layout.view.name}, ${part}`,
      share: SHARE,
      corpus: [stored],
      run(bytes) {
        const clockMs = foldAt(fold, { ...parts, [part]: amongOthers(bytes) }, out);
        checkOutput(out, clockMs);
        return compare(out, right);
      },
    },
  ];
}

function tableTarget(): FuzzTarget {
  const { layout, value } = seededTable();
  const read = new TableRead(layout);
  const out = newTableOutput(layout);
  const readValue = (batch: Uint8Array) =>
    read.fold(
      { stream: null, open: null, sealed: null, batch },
      { ...CONTEXT, batchMarker: tickMarker },
      out,
    );
  // both ticks of the reader's are finished
  const tickMarker = { ...MARKER, cutMs: Math.floor((T_MS - 30_000) / 60_000) * 60_000 };
  readValue(value);
  const right = valuesOf(out);
  return {
    name: 'stored ranking, table',
    share: SHARE,
    corpus: [value],
    run(bytes) {
      readValue(amongOthers(bytes));
      checkOutput(out, T_MS);
      for (const { index, shape } of layout.features) {
        const value = out.others[index];
        if (value instanceof Uint8Array && shape.kind === 'vector' && value.length !== 4 * shape.length)
          throw new Error(`feature ${index} has ${value.length} bytes`);
      }
      return compare(out, right);
    },
  };
}

export function storedValueTargets(): FuzzTarget[] {
  const parts = ['stream', 'open', 'sealed', 'batch'] as const;
  return [...seededViews().flatMap((view) => parts.flatMap((part) => partTarget(view, part))), tableTarget()];
}
