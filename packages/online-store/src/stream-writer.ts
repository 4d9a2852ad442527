import { ForebayError } from '@forebay/contract';
import type { RedisConnection } from './connection';
import type { StreamKeys } from './keys';
import { type PackedCall, PackedScript } from './packed-script';
import { RedisScript } from './redis-script';

/** One call keeps Redis busy for about a microsecond and a half per entity. */
export const MAX_ENTITIES_PER_FLUSH_CALL = 512;
/** A call is sent when it holds so many bytes; one value may exceed it. */
export const MAX_BYTES_PER_FLUSH_CALL = 512 * 1_024;

/** The end of part `s` that a write is compared with: its write token, clock and counts. */
export const STREAM_TAIL_BYTES = 24;

export const FLUSH_CONFLICT = 0;
export const FLUSH_APPLIED = 1;

/** Bytes of a part: `bytes[from, size)` are written at `from`; from 0 on they are the whole part. */
export interface PartPatch {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly size: number;
}

/** The write of one entity's stream values in one view. */
export interface StreamWrite {
  readonly keys: StreamKeys;
  readonly entityKey: string;
  /** The last 24 bytes of part `s` as this writer last read or wrote them; null: it expects no value. */
  readonly expected: Uint8Array | null;
  /** Part `s` as it shall be stored, in `value[valueAt, valueAt + valueSize)`. */
  readonly value: Uint8Array;
  readonly valueSize: number;
  /** Default: 0. */
  readonly valueAt?: number;
  /** Where the 24 bytes begin in `expected`; default: 0. */
  readonly expectedAt?: number;
  /**
   * null: the whole value is set, with the expiry `ttlMs`. Else only the bytes of the value from `patchFrom` on are written; the
   * value must be at least as long as the stored one, equal to it before `patchFrom`, and it keeps its expiry.
   */
  readonly patchFrom: number | null;
  /** Expiry of a whole value, from now; null: none. */
  readonly ttlMs: number | null;
  /** Part `o`: its new value, null to delete it, undefined to leave its bytes. Expires with part `s`. */
  readonly open?: Uint8Array | null | undefined;
  /** Part `z`, likewise. */
  readonly sealed?: Uint8Array | null | undefined;
  /**
   * Part `i`; null or undefined: the view has none. A patch from behind its beginning follows the part as this writer last
   * wrote or read it: one of another length is a conflict. Expires with part `s`.
   */
  readonly ids?: PartPatch | null;
}

/** Where a checkpoint must stand for values to be written. */
export interface CheckpointGuard {
  /** See `checkpointKey`; of the bucket of the writes. */
  readonly key: string;
  readonly epoch: number;
  /** Of this writer, at least one: the next offsets as it last read or wrote them. */
  readonly partitions: readonly { readonly partition: number; readonly nextOffset: number }[];
  /** Left out: the checkpoint is moved without it. */
  readonly witness?: FlushWitness;
}

/** A key that each call writes in passing, by which `advanceCheckpoint` sees that the server still has what the last call wrote. */
export interface FlushWitness {
  /** Of this writer alone, and of the bucket of the writes. */
  readonly key: string;
  /** What the next call writes there; another number each time. Each is sent. */
  next(): number;
}

const FLAG_EXPECT_NONE = 1;
const FLAG_WHOLE = 2;
const OPEN_SHIFT = 2;
const SEALED_SHIFT = 4;
const IDS_SHIFT = 6;
const PART_NONE = 0;
const PART_SET = 1;
const PART_DELETE = 2;
const PART_EXPIRE = 3;
const IDS_PATCH = 2;

/** Compare-and-set writes of stream values, many entities a call. All writes of one flush must be of one bucket; flushes of several buckets may be under way. */
export class StreamWriter {
  readonly #script: PackedScript;
  #sentBytes = 0;

  constructor(connection: RedisConnection) {
    this.#script = new PackedScript(connection, FLUSH, connection.buckets);
  }

  /**
   * Writes; resolves with FLUSH_APPLIED or FLUSH_CONFLICT for each write, in order. Everything is read from `writes`
   * before this returns, so the caller may change its memory at once. An entity must not be in two flushes at a time.
   *
   * With a guard nothing is written unless the stored checkpoint is the guard's: then it rejects with `conflict`, as the
   * server has lost values, or another writer owns a partition.
   *
   * Rejects with a ForebayError if any call failed: then the outcome of every write is unknown (it may be in effect now,
   * or take effect in a moment), and the caller must forget these entities and read again from its checkpoint.
   */
  flush(writes: readonly StreamWrite[], guard: CheckpointGuard | null = null): Promise<Uint8Array> {
    const bucket = writes[0]?.keys.bucket ?? 0;
    return this.flushEach(bucket, writes.length, (i) => writes[i] as StreamWrite, guard);
  }

  /** The same for `writes` writes, which are asked for one by one: each may be the same object, made anew. */
  async flushEach(
    bucket: number,
    writes: number,
    writeOf: (i: number) => StreamWrite,
    guard: CheckpointGuard | null = null,
  ): Promise<Uint8Array> {
    const statuses = new Uint8Array(writes);
    const calls: Promise<void>[] = [];
    let call: PackedCall | null = null;
    let first = 0;
    for (let i = 0; i < writes; i++) {
      call ??= this.#begin(guard);
      encodeWrite(call, writeOf(i));
      const count = i + 1 - first;
      if (count === MAX_ENTITIES_PER_FLUSH_CALL || call.sizeBytes >= MAX_BYTES_PER_FLUSH_CALL) {
        calls.push(this.#send(call, bucket, first, count, statuses));
        call = null;
        first = i + 1;
      }
    }
    if (call !== null) calls.push(this.#send(call, bucket, first, writes - first, statuses));
    const outcomes = await Promise.allSettled(calls);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw ForebayError.from(failed.reason, 'the outcome of a flush is unknown');
    return statuses;
  }

  /** Keys and arguments of all calls. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  #begin(guard: CheckpointGuard | null): PackedCall {
    const call = this.#script.begin();
    const partitions = guard?.partitions ?? [];
    call.argument.u16(guard?.epoch ?? 0);
    call.argument.u16(partitions.length);
    if (guard !== null && partitions.length > 0) call.addKey(Buffer.from(guard.key), '');
    for (const { partition, nextOffset } of partitions) {
      call.argument.u32(partition);
      call.argument.f64(nextOffset);
    }
    if (guard === null || partitions.length === 0) return call;
    call.argument.u8(guard.witness === undefined ? 0 : 1);
    if (guard.witness !== undefined) {
      call.addKey(Buffer.from(guard.witness.key), '');
      call.argument.f64(guard.witness.next());
    }
    return call;
  }

  async #send(
    call: PackedCall,
    bucket: number,
    first: number,
    count: number,
    statuses: Uint8Array,
  ): Promise<void> {
    this.#sentBytes += call.sizeBytes;
    const reply = (await this.#script.send(call, bucket)) as Buffer;
    if (reply.length === 0) {
      throw new ForebayError(
        'conflict',
        'the checkpoint is not what this writer left: redis lost values, or another writer owns a partition',
      );
    }
    if (reply.length !== count) {
      throw new ForebayError(
        'internal',
        `${FLUSH.name} answered ${reply.length} statuses for ${count} writes`,
      );
    }
    statuses.set(reply, first);
  }
}

const FLUSH = new RedisScript('flush-stream-values');

function encodeWrite(call: PackedCall, write: StreamWrite): void {
  const { keys, entityKey, expected, value, valueSize, patchFrom, valueAt = 0 } = write;
  const whole = patchFrom === null;
  const open = partAction(write.open, keys, whole);
  const sealed = partAction(write.sealed, keys, whole);
  const ids = write.ids ?? null;
  call.addKey(keys.rows, entityKey);
  if (ids !== null) call.addKey(keys.ids, entityKey);
  if (open !== PART_NONE) call.addKey(keys.open, entityKey);
  if (sealed !== PART_NONE) call.addKey(keys.sealed, entityKey);

  const out = call.argument;
  out.u8(
    (expected === null ? FLAG_EXPECT_NONE : 0) |
      (whole ? FLAG_WHOLE : 0) |
      (open << OPEN_SHIFT) |
      (sealed << SEALED_SHIFT) |
      ((ids === null ? PART_NONE : ids.from === 0 ? PART_SET : IDS_PATCH) << IDS_SHIFT),
  );
  if (expected === null) out.zeros(STREAM_TAIL_BYTES);
  else writeTail(call, expected, write.expectedAt ?? null);
  const from = patchFrom ?? 0;
  if (whole) out.f64(write.ttlMs === null ? 0 : Math.max(1, Math.ceil(write.ttlMs)));
  else out.u32(from);
  out.u32(valueSize - from);
  out.raw(value, valueAt + from, valueAt + valueSize);
  if (ids !== null) {
    out.u32(ids.from);
    out.u32(ids.size - ids.from);
    out.raw(ids.bytes, ids.from, ids.size);
  }
  if (open === PART_SET) writeSized(call, write.open as Uint8Array);
  if (sealed === PART_SET) writeSized(call, write.sealed as Uint8Array);
}

/** A part that keeps its bytes still gets the new expiry when part `s` does. */
function partAction(part: Uint8Array | null | undefined, keys: StreamKeys, whole: boolean): number {
  if (part === undefined) return keys.hasVariableParts && whole ? PART_EXPIRE : PART_NONE;
  return part === null ? PART_DELETE : PART_SET;
}

/** @param at null: the tail is all there is */
function writeTail(call: PackedCall, tail: Uint8Array, at: number | null): void {
  if (at !== null) {
    call.argument.raw(tail, at, at + STREAM_TAIL_BYTES);
    return;
  }
  if (tail.length !== STREAM_TAIL_BYTES) {
    throw new ForebayError(
      'internal',
      `the expected tail of a stream value has ${tail.length} bytes, not ${STREAM_TAIL_BYTES}`,
    );
  }
  call.argument.raw(tail);
}

function writeSized(call: PackedCall, bytes: Uint8Array): void {
  call.argument.u32(bytes.length);
  call.argument.raw(bytes);
}
