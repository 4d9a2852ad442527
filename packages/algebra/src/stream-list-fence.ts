/**
 * The fence of a list that one partition contributes to, as nearly all do: in the list's own memory, beside its rows, with what it was
 * before. Several fences are objects (stream-list-fences.ts).
 */
import { FENCE_ENTRY_BYTES, type FenceEntry } from './stream-tail';

/** Where nothing of the partition was. */
export const NO_FENCE = -1;

/** Bytes of a fence in memory: the entry as it is stored, then as it was when it was last written, and when it was written before that. */
export const FENCE_BYTES = 40;
const EPOCH = 2;
const PARTITION = 4;
const OFFSET = 8;
const WRITTEN_OFFSET = 16;
const BELIEVED_OFFSET = 24;
const WRITTEN_EPOCH = 32;
const BELIEVED_EPOCH = 36;

/** A fence entry with what it was before. */
export interface Fence extends Omit<FenceEntry, 'epoch' | 'offset'> {
  epoch: number;
  offset: number;
  /** As it was when it was last written. */
  writtenEpoch: number;
  writtenOffset: number;
  /** As it was when it was written before that. */
  believedEpoch: number;
  believedOffset: number;
}

/** Of a record that nothing is written of yet. */
export function newFence(source: number, epoch: number, partition: number, offset: number): Fence {
  return {
    source,
    epoch,
    partition,
    offset,
    writtenEpoch: NO_FENCE,
    writtenOffset: NO_FENCE,
    believedEpoch: NO_FENCE,
    believedOffset: NO_FENCE,
  };
}

export function storedFence({ source, epoch, partition, offset }: FenceEntry): Fence {
  return {
    source,
    epoch,
    partition,
    offset,
    writtenEpoch: epoch,
    writtenOffset: offset,
    believedEpoch: epoch,
    believedOffset: offset,
  };
}

export function putFence(view: DataView, at: number, fence: Fence): void {
  view.setUint16(at, fence.source, true);
  view.setUint16(at + EPOCH, fence.epoch, true);
  view.setUint32(at + PARTITION, fence.partition, true);
  view.setFloat64(at + OFFSET, fence.offset, true);
  view.setFloat64(at + WRITTEN_OFFSET, fence.writtenOffset, true);
  view.setFloat64(at + BELIEVED_OFFSET, fence.believedOffset, true);
  view.setInt32(at + WRITTEN_EPOCH, fence.writtenEpoch, true);
  view.setInt32(at + BELIEVED_EPOCH, fence.believedEpoch, true);
}

export function fenceAt(view: DataView, at: number): Fence {
  return {
    source: view.getUint16(at, true),
    epoch: view.getUint16(at + EPOCH, true),
    partition: view.getUint32(at + PARTITION, true),
    offset: view.getFloat64(at + OFFSET, true),
    writtenEpoch: view.getInt32(at + WRITTEN_EPOCH, true),
    writtenOffset: view.getFloat64(at + WRITTEN_OFFSET, true),
    believedEpoch: view.getInt32(at + BELIEVED_EPOCH, true),
    believedOffset: view.getFloat64(at + BELIEVED_OFFSET, true),
  };
}

export function isFenceOf(view: DataView, at: number, source: number, partition: number): boolean {
  return view.getUint32(at + PARTITION, true) === partition && view.getUint16(at, true) === source;
}

/** Whether the fence, which is of the record's partition, has passed the record. */
export function hasPassed(view: DataView, at: number, epoch: number, offset: number): boolean {
  const held = view.getUint16(at + EPOCH, true);
  return held > epoch || (held === epoch && offset <= view.getFloat64(at + OFFSET, true));
}

export function moveFence(view: DataView, at: number, epoch: number, offset: number): void {
  view.setUint16(at + EPOCH, epoch, true);
  view.setFloat64(at + OFFSET, offset, true);
}

/** Copies the entry to where it is written; it counts as stored from now on. Returns the place behind it. */
export function writeFence(view: DataView, at: number, to: number): number {
  for (let i = 0; i < FENCE_ENTRY_BYTES; i += 4) view.setUint32(to + i, view.getUint32(at + i, true), true);
  view.setFloat64(at + BELIEVED_OFFSET, view.getFloat64(at + WRITTEN_OFFSET, true), true);
  view.setInt32(at + BELIEVED_EPOCH, view.getInt32(at + WRITTEN_EPOCH, true), true);
  view.setFloat64(at + WRITTEN_OFFSET, view.getFloat64(at + OFFSET, true), true);
  view.setInt32(at + WRITTEN_EPOCH, view.getUint16(at + EPOCH, true), true);
  return to + FENCE_ENTRY_BYTES;
}
