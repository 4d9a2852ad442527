import { ForebayError, isInstant } from '@forebay/contract';

/** The codec number of markers, progress, checkpoints, receipts and the registry's header. */
export const CODEC = 1;

/** A view on `bytes` for reading in place; throws `corrupt_data` if they are too short or of an unknown codec. */
export function openStored(bytes: Uint8Array, minimumBytes: number, what: string): DataView {
  if (bytes.length < minimumBytes) {
    throw new ForebayError('corrupt_data', `${what} has ${bytes.length} bytes, and needs ${minimumBytes}`);
  }
  if (bytes[0] !== CODEC) {
    throw new ForebayError(
      'corrupt_data',
      `${what} has codec ${bytes[0]}, and this version reads ${CODEC}; deploy a version that knows it`,
    );
  }
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** An instant, or −∞ for "always"; throws `corrupt_data` for a number that is neither. */
export function instantAt(view: DataView, at: number, what: string): number {
  const ms = view.getFloat64(at, true);
  if (isInstant(ms) || ms === Number.NEGATIVE_INFINITY) return ms;
  throw new ForebayError('corrupt_data', `${what} has ${ms} at byte ${at}, which is no instant`);
}

/** `u8 codec, 7 bytes 0, f64 …`: the form of markers, receipts and of the registry's header. */
export function encodeInstants(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 + 8 * values.length);
  bytes[0] = CODEC;
  for (let i = 0; i < values.length; i++) bytes.writeDoubleLE(values[i] as number, 8 + 8 * i);
  return bytes;
}
