/** Markers, progress and checkpoints, damaged: read as instants, or refused. */
import { ForebayError, isInstant } from '@forebay/contract';
import {
  decodeBatchMarker,
  decodeProgress,
  decodeStreamMarker,
  decodeTableMarker,
  smallestProgress,
} from '@forebay/online-store';
import type { FuzzTarget } from './run-target';
import { CUT_MS, T_MS } from './stored-seeds';

/** `u8 codec, 7 bytes, f64 …`. */
function doubles(header: readonly number[], ...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(8 + 8 * values.length);
  Buffer.from(header).copy(bytes);
  for (const [i, value] of values.entries()) bytes.writeDoubleLE(value, 8 + 8 * i);
  return bytes;
}

const READERS: readonly ((bytes: Uint8Array) => readonly number[])[] = [
  (bytes) => [decodeStreamMarker(bytes).completeSinceMs],
  (bytes) => Object.values(decodeBatchMarker(bytes)),
  (bytes) => [decodeTableMarker(bytes).tickMs, decodeTableMarker(bytes).runClockMs],
  (bytes) => [smallestProgress(bytes)],
  (bytes) => {
    decodeProgress(bytes);
    return [];
  },
];

export function storedClocksTarget(): FuzzTarget {
  return {
    name: 'stored markers and progress',
    share: 1,
    corpus: [
      doubles([1], Number.NEGATIVE_INFINITY),
      doubles([1], CUT_MS, T_MS, Number.NEGATIVE_INFINITY),
      doubles([1], CUT_MS, T_MS, 1_000, 12_345),
      doubles([1, 0, 1, 0, 3], T_MS, T_MS - 1_000, T_MS - 2_000),
    ],
    run(bytes) {
      let refused = 0;
      for (const read of READERS) {
        try {
          const wrong = read(bytes).find((ms) => !isInstant(ms) && ms !== Number.NEGATIVE_INFINITY);
          if (wrong !== undefined) throw new Error(`read as ${wrong}`);
        } catch (error) {
          if (!(error instanceof ForebayError && error.reason === 'corrupt_data')) throw error;
          refused++;
        }
      }
      return refused === READERS.length ? 'refused' : 'read by some';
    },
  };
}
