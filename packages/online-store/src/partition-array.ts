import { ForebayError } from '@forebay/contract';
import { openStored } from './stored-format';

const HEADER_BYTES = 8;

/** `u8 codec, u8 0, u16 epoch, u32 partitions P, P × f64`: the form of checkpoints and of progress. */
export interface PartitionArray {
  /** Of the topic: another one after it was deleted and made again. */
  readonly epoch: number;
  /** By partition. */
  readonly values: Float64Array;
}

export function decodePartitionArray(bytes: Uint8Array, what: string): PartitionArray {
  const view = openPartitionArray(bytes, what);
  const values = new Float64Array(partitionCount(view));
  for (let p = 0; p < values.length; p++) values[p] = partitionValue(view, p);
  return { epoch: view.getUint16(2, true), values };
}

/** Checked, for reading in place. */
export function openPartitionArray(bytes: Uint8Array, what: string): DataView {
  const view = openStored(bytes, HEADER_BYTES, what);
  if (bytes.length < HEADER_BYTES + 8 * partitionCount(view)) {
    throw new ForebayError(
      'corrupt_data',
      `${what} has ${bytes.length} bytes for ${partitionCount(view)} partitions`,
    );
  }
  return view;
}

export function partitionCount(view: DataView): number {
  return view.getUint32(4, true);
}

export function partitionValue(view: DataView, partition: number): number {
  return view.getFloat64(HEADER_BYTES + 8 * partition, true);
}
