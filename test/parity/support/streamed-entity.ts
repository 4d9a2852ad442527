/** A stream writer of one entity: delivers events, now and then twice, and stores, compacts, seals and reloads at random. */
import {
  contentCheck,
  LaneEvaluator,
  type PartPatch,
  StreamList,
  type StreamParts,
  type StreamWrite,
  type ViewLayout,
} from '@forebay/algebra';
import type { Hash64 } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import type { Random, WorldEvent } from '@forebay/testkit';

/** As a decoder gives it: NaN and infinities are null, −0.0 is 0.0. */
export function decodedRow(row: readonly Value[]): Value[] {
  return row.map((value) => (typeof value !== 'number' ? value : Number.isFinite(value) ? value + 0 : null));
}

const FIRST_PARTITION_LOG = 8_192;

export const tieWords = (tie: bigint): Hash64 => ({
  high: Number(tie >> 32n),
  low: Number(tie & 0xffffffffn),
});

interface Delivery {
  readonly each: WorldEvent;
  readonly wMs: number;
}

/** What is stored after a patch: the bytes before it stay as they are. */
function patched(stored: Uint8Array | null, { bytes, from, size }: PartPatch): Uint8Array {
  const after = bytes.slice(0, size);
  if (from > 0) after.set((stored as Uint8Array).subarray(0, from));
  return after;
}

export class StreamedEntity {
  /** What was written, in order, with bytes of its own. */
  readonly writes: StreamWrite[] = [];
  #list: StreamList;
  #stored: StreamParts = { main: null, open: null, sealed: null, ids: null };
  #token = 0;
  #hasUnstored = false;
  readonly #log: Delivery[] = [];
  /** The next of the log to apply; all before the checkpoint are stored, or need not be. */
  #next = 0;
  #checkpoint = 0;
  readonly #evaluator: LaneEvaluator;

  constructor(
    private readonly layout: ViewLayout,
    private readonly random: Random,
  ) {
    this.#list = new StreamList(layout);
    this.#evaluator = new LaneEvaluator(layout);
  }

  get parts(): { stream: Uint8Array | null; open: Uint8Array | null; sealed: Uint8Array | null } {
    return { stream: this.#stored.main, open: this.#stored.open, sealed: this.#stored.sealed };
  }

  /** An event at the writer's clock w. Now and then the writer reads again from its checkpoint or before, with or without its memory. */
  deliver(each: WorldEvent, wMs: number): void {
    this.#log.push({ each, wMs });
    this.#applyLog();
    if (!this.random.chance(0.05)) return;
    this.#next = this.random.integer(this.#checkpoint + 1);
    if (this.random.chance(0.5)) this.#reload();
    this.#applyLog();
  }

  #applyLog(): void {
    while (this.#next < this.#log.length) this.#apply(this.#log[this.#next++] as Delivery);
  }

  #apply({ each, wMs }: Delivery): void {
    const { event, log, offset, writerProgressMs } = each;
    const partition = log - FIRST_PARTITION_LOG;
    if (this.#list.isApplied(0, 0, partition, offset)) return;
    const row = decodedRow(event.row);
    this.#evaluator.derive(row);
    if (!this.#evaluator.evaluate(row)) return;
    const heldFromMs = writerProgressMs - (this.layout.source.dedupeMs ?? 0);
    if (this.#list.needsCompaction(wMs) || this.random.chance(0.05)) {
      // as the service does: what it drops was stored before, so readers with slower clocks still have it
      if (this.#hasUnstored) this.#store(this.#next - 1); // this event is not in it yet
      this.#list.compact(wMs, heldFromMs);
    } else if (this.random.chance(0.2)) this.#list.seal();
    const check = contentCheck(row, this.layout.sourceFieldCount);
    const tie = tieWords(event.tie);
    if (this.#list.add(this.#evaluator, event.eventTimeMs, tie, wMs, heldFromMs, check) === 'added') {
      this.#list.advanceFence(0, 0, partition, offset);
      this.#hasUnstored = true;
    }
    if (this.random.chance(0.4)) this.#store(this.#next);
  }

  /** Everything is stored. */
  finish(): void {
    if (this.#list.dirty && this.#list.rows > 0) this.#store(this.#next);
  }

  /** What is not stored is lost, and comes again. */
  #reload(): void {
    this.#list = StreamList.load(this.layout, this.#stored);
    this.#hasUnstored = false;
  }

  /** `applied`: how many of the log are in the list, or need not be. */
  #store(applied: number): void {
    this.#checkpoint = Math.max(this.#checkpoint, applied);
    this.#hasUnstored = false;
    const write = this.#list.takeWrite(
      Uint8Array.of(++this.#token & 0xff, this.#token >> 8, 2, 3, 4, 5, 6, 7),
    );
    const { main, open, sealed, ids } = this.#stored;
    this.#stored = {
      main: patched(main, { bytes: write.value, from: write.patchFrom ?? 0, size: write.valueSize }),
      open: write.open ?? open,
      sealed: write.sealed ?? sealed,
      ids: write.ids === null ? ids : patched(ids, write.ids),
    };
    this.writes.push({
      ...write,
      expected: write.expected?.slice() ?? null,
      value: write.value.slice(0, write.valueSize),
      ids: write.ids === null ? null : { ...write.ids, bytes: write.ids.bytes.slice(0, write.ids.size) },
    });
    if (this.random.chance(0.2)) this.#reload();
  }
}
