/**
 * What a person would write for the 60 features of `numericLayout` alone: one loop over the rows of the stream list and one
 * over those of the batch list, with the columns of the stored bytes at known places and every running number in a variable.
 */
import { BATCH_HEADER_BYTES, STATUS } from '@forebay/algebra';
import type { Entity } from './engine-values';

const ROW_BYTES = 128;
const TAIL_BYTES = 24;
const WINDOWS = 5;
/** Where the cells of the two lanes stand in a stream row: amount, then items. */
const [AMOUNT, ITEMS] = [16, 72];

/** Leaves value and status of feature (operation o of input i, window w) at `(6 i + o) · 5 + w`. */
export class HandFold {
  readonly out = new Float64Array(60);
  readonly statuses = new Uint8Array(60);
  readonly #edges = new Float64Array(WINDOWS);

  fold({ parts }: Entity, tMs: number, cutMs: number): void {
    const edges = this.#edges;
    edges[0] = Math.floor((tMs - 3_600_000) / 60_000) * 60_000;
    edges[1] = Math.floor((tMs - 86_400_000) / 3_600_000) * 3_600_000;
    edges[2] = Math.floor((tMs - 604_800_000) / 3_600_000) * 3_600_000;
    edges[3] = Math.floor((tMs - 2_592_000_000) / 86_400_000) * 86_400_000;
    edges[4] = Math.floor((tMs - 7_776_000_000) / 86_400_000) * 86_400_000;
    const stream = parts.stream as Uint8Array;
    const s = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
    let row = s.getUint32(stream.length - TAIL_BYTES + 16, true) - 1;
    const batch = parts.batch;
    const b = batch === null ? s : new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
    const rows = batch === null ? 0 : b.getUint32(4, true);
    const base = batch === null ? 0 : b.getFloat64(32, true);
    const starts = BATCH_HEADER_BYTES + 1;
    const amountCounts = starts + 10 * rows + 3;
    const amountSums = amountCounts + 2 * rows + 1;
    const amountMins = amountSums + 8 * rows + 1;
    const amountMaxs = amountMins + 8 * rows + 1;
    const amountMeans = amountMaxs + 8 * rows + 1;
    const amountM2s = amountMeans + 8 * rows;
    const itemCounts = amountM2s + 8 * rows + 1;
    const itemSums = itemCounts + 2 * rows + 1;
    const itemMins = itemSums + 4 * rows + 1;
    const itemMaxs = itemMins + 4 * rows + 1;
    const itemMeans = itemMaxs + 4 * rows + 1;
    const itemM2s = itemMeans + 8 * rows;
    let segment = rows - 1;

    let n = 0;
    let sum = 0;
    let low = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    let mean = 0;
    let m2 = 0;
    let itemN = 0;
    let itemSum = 0;
    let itemMin = Number.POSITIVE_INFINITY;
    let itemMax = Number.NEGATIVE_INFINITY;
    let itemMean = 0;
    let itemM2 = 0;
    for (let window = 0; window < WINDOWS; window++) {
      const edge = edges[window] as number;
      const from = Math.max(edge, cutMs);
      for (; row >= 0; row--) {
        const at = row * ROW_BYTES;
        const start = s.getFloat64(at, true);
        if (start < from) break;
        if (start >= tMs) continue;
        const count = s.getFloat64(at + AMOUNT, true);
        if (count > 0) {
          const x = s.getFloat64(at + AMOUNT + 8, true);
          const total = sum + x;
          const part = total - sum;
          low += sum - (total - part) + (x - part) + s.getFloat64(at + AMOUNT + 16, true);
          sum = total;
          min = Math.min(min, s.getFloat64(at + AMOUNT + 24, true));
          max = Math.max(max, s.getFloat64(at + AMOUNT + 32, true));
          const both = n + count;
          const delta = s.getFloat64(at + AMOUNT + 40, true) - mean;
          const share = (delta * count) / both;
          m2 += s.getFloat64(at + AMOUNT + 48, true) + delta * share * n;
          mean += share;
          n = both;
        }
        const itemCount = s.getFloat64(at + ITEMS, true);
        if (itemCount > 0) {
          itemSum += s.getFloat64(at + ITEMS + 8, true) + s.getFloat64(at + ITEMS + 16, true);
          itemMin = Math.min(itemMin, s.getFloat64(at + ITEMS + 24, true));
          itemMax = Math.max(itemMax, s.getFloat64(at + ITEMS + 32, true));
          const both = itemN + itemCount;
          const delta = s.getFloat64(at + ITEMS + 40, true) - itemMean;
          const share = (delta * itemCount) / both;
          itemM2 += s.getFloat64(at + ITEMS + 48, true) + delta * share * itemN;
          itemMean += share;
          itemN = both;
        }
      }
      for (; segment >= 0; segment--) {
        if (base + 1000 * b.getUint32(starts + 4 * segment, true) < edge) break;
        const count = b.getUint16(amountCounts + 2 * segment, true);
        if (count > 0) {
          const x = b.getFloat64(amountSums + 8 * segment, true);
          const total = sum + x;
          const part = total - sum;
          low += sum - (total - part) + (x - part);
          sum = total;
          min = Math.min(min, b.getFloat64(amountMins + 8 * segment, true));
          max = Math.max(max, b.getFloat64(amountMaxs + 8 * segment, true));
          const both = n + count;
          const delta = b.getFloat64(amountMeans + 8 * segment, true) - mean;
          const share = (delta * count) / both;
          m2 += b.getFloat64(amountM2s + 8 * segment, true) + delta * share * n;
          mean += share;
          n = both;
        }
        const itemCount = b.getUint16(itemCounts + 2 * segment, true);
        if (itemCount > 0) {
          itemSum += b.getInt32(itemSums + 4 * segment, true);
          itemMin = Math.min(itemMin, b.getInt32(itemMins + 4 * segment, true));
          itemMax = Math.max(itemMax, b.getInt32(itemMaxs + 4 * segment, true));
          const both = itemN + itemCount;
          const delta = b.getFloat64(itemMeans + 8 * segment, true) - itemMean;
          const share = (delta * itemCount) / both;
          itemM2 += b.getFloat64(itemM2s + 8 * segment, true) + delta * share * itemN;
          itemMean += share;
          itemN = both;
        }
      }
      this.#emit(window, itemN, itemSum, itemMin, itemMax, itemMean, itemM2);
      this.#emit(30 + window, n, sum + low, min, max, mean, m2);
    }
  }

  #emit(at: number, n: number, sum: number, min: number, max: number, mean: number, m2: number): void {
    const { out, statuses } = this;
    const status = n === 0 ? STATUS.NULL_VALUE : STATUS.PRESENT;
    out[at] = n;
    out[at + 5] = sum;
    out[at + 10] = n === 0 ? Number.NaN : sum / n;
    out[at + 15] = n === 0 ? Number.NaN : min;
    out[at + 20] = n === 0 ? Number.NaN : max;
    out[at + 25] = n === 0 ? Number.NaN : m2 <= n * (1e-14 * mean) ** 2 ? 0 : Math.sqrt(m2 / n);
    statuses[at] = STATUS.PRESENT;
    statuses[at + 5] = STATUS.PRESENT;
    statuses[at + 10] = status;
    statuses[at + 15] = status;
    statuses[at + 20] = status;
    statuses[at + 25] = status;
  }
}
