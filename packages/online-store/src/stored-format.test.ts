import { decodeBatchMarker, encodeBatchMarker } from './batch-marker';
import { decodeCheckpoint } from './checkpoint';
import { decodeProgress, smallestProgress } from './progress';
import { decodeStreamMarker, encodeStreamMarker } from './stream-marker';

// Golden bytes: every later version must read them.
const STREAM_MARKER = '0100000000000000 000000000000f0ff';
const BATCH_MARKER = '0100000000000000 0000806ee6f57642 0000dd8be9f57642 000000000000f0ff';
const PARTITIONS = '0100 0700 03000000 0000000000002440 000000000000f0bf 0000000000000000';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
/** As in a reply: at any offset of a larger buffer. */
const unaligned = (hex: string) =>
  Buffer.concat([Buffer.alloc(3, 0xff), bytes(hex), Buffer.alloc(2, 0xff)]).subarray(3, -2);

test('the stream marker', () => {
  const marker = { completeSinceMs: Number.NEGATIVE_INFINITY };
  expect(encodeStreamMarker(marker)).toEqual(bytes(STREAM_MARKER));
  expect(decodeStreamMarker(unaligned(STREAM_MARKER))).toEqual(marker);
});

test('the batch marker', () => {
  const cutMs = Date.UTC(2020, 0, 1);
  const marker = { cutMs, runClockMs: cutMs + 3_266_000, coverageFromMs: Number.NEGATIVE_INFINITY };
  expect(encodeBatchMarker(marker).toString('hex')).toBe(bytes(BATCH_MARKER).toString('hex'));
  expect(decodeBatchMarker(unaligned(BATCH_MARKER))).toEqual(marker);
});

test('checkpoint and progress', () => {
  expect(decodeCheckpoint(unaligned(PARTITIONS))).toEqual({ epoch: 7, offsets: Float64Array.of(10, -1, 0) });
  expect(decodeProgress(unaligned(PARTITIONS))).toEqual({ epoch: 7, instantsMs: Float64Array.of(10, -1, 0) });
  expect(smallestProgress(unaligned(PARTITIONS))).toBe(-1);
  expect(smallestProgress(bytes('0100000000000000'))).toBe(0);
});

test('bytes that are cut off, and unknown codecs, are refused by name', () => {
  expect(() => decodeStreamMarker(bytes(STREAM_MARKER).subarray(0, 15))).toThrow(
    'a stream marker has 15 bytes, and needs 16',
  );
  expect(() => decodeProgress(bytes(PARTITIONS).subarray(0, 31))).toThrow(
    'progress has 31 bytes for 3 partitions',
  );
  expect(() => decodeCheckpoint(Buffer.alloc(8, 2))).toThrow(
    'a checkpoint has codec 2, and this version reads 1',
  );
});
