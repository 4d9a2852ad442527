/** A stream writer of one entity: delivers events, now and then twice, and stores, compacts and reloads at random. */
import {
  LaneEvaluator,
  StreamList,
  type StreamParts,
  type ViewLayout,
  type ViewOutput,
} from '@forebay/algebra';
import type { Hash64 } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import type { OracleValue, Random, WorldEvent } from '@forebay/testkit';

/** As a decoder gives it: NaN and infinities are null, −0.0 is 0.0. */
export function decodedRow(row: readonly Value[]): Value[] {
  return row.map((value) => (typeof value !== 'number' ? value : Number.isFinite(value) ? value + 0 : null));
}

export const tieWords = (tie: bigint): Hash64 => ({
  high: Number(tie >> 32n),
  low: Number(tie & 0xffffffffn),
});

export function featureValue(output: ViewOutput, index: number): OracleValue {
  const other = output.others[index];
  if (other !== null && other !== undefined) return other;
  const number = output.numbers[index] as number;
  return Number.isNaN(number) ? null : number;
}

export class StreamedEntity {
  #list: StreamList;
  #stored: StreamParts = { main: null, open: null, sealed: null };
  #token = 0;
  readonly #log: { each: WorldEvent; wMs: number }[] = [];
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
    while (this.#next < this.#log.length) {
      const { each, wMs } = this.#log[this.#next++] as { each: WorldEvent; wMs: number };
      this.#apply(each, wMs);
    }
  }

  #apply({ event, partition, offset }: WorldEvent, wMs: number): void {
    if (this.#list.isApplied(0, 0, partition, offset)) return;
    const row = decodedRow(event.row);
    this.#evaluator.derive(row);
    if (!this.#evaluator.evaluate(row)) return;
    if (this.#list.needsCompaction(wMs) || this.random.chance(0.05)) this.#list.compact(wMs);
    else if (this.random.chance(0.2)) this.#list.seal();
    if (this.#list.add(this.#evaluator, event.eventTimeMs, tieWords(event.tie), wMs) === 'added')
      this.#list.advanceFence(0, 0, partition, offset);
    if (this.random.chance(0.4)) this.#store();
  }

  /** Everything is stored. */
  finish(): void {
    if (this.#list.dirty && this.#list.rows > 0) this.#store();
  }

  /** What is not stored is lost, and comes again. */
  #reload(): void {
    this.#list = StreamList.load(this.layout, this.#stored);
  }

  #store(): void {
    this.#checkpoint = Math.max(this.#checkpoint, this.#next);
    const write = this.#list.takeWrite(
      Uint8Array.of(++this.#token & 0xff, this.#token >> 8, 2, 3, 4, 5, 6, 7),
    );
    const main = new Uint8Array(write.valueSize);
    if (write.patchFrom !== null) main.set((this.#stored.main as Uint8Array).subarray(0, write.patchFrom));
    main.set(write.value.subarray(write.patchFrom ?? 0, write.valueSize), write.patchFrom ?? 0);
    this.#stored = {
      main,
      open: write.open ?? this.#stored.open,
      sealed: write.sealed ?? this.#stored.sealed,
    };
    if (this.random.chance(0.2)) this.#reload();
  }
}
