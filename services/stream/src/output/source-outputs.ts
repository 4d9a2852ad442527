/** What views of a source give besides being read: knows which entities change, and has them written once that is stored. */
import { ForebayError } from '@forebay/contract';
import { epochOfKept, type Watermarks } from '@forebay/event-log';
import { allOf, type OutputPosition } from '@forebay/online-store';
import type { Logger } from '@forebay/service-kit';
import type { EventArchive } from '../archiver';
import type { EventChunk, SourceEvent } from '../event-chunk';
import { pause } from '../pause';
import type { PreparedChunk } from '../source-state';
import type { FoundStarts } from '../start-points';
import type { ViewState } from '../view-state';
import type { OutputWriter } from './output-writer';
import type { SeriesSampler } from './series-sampler';

/** With more entities of a view waiting for its topic, reading stands still: they are some 50 MB of keys. */
export const MAX_WAITING_ENTITIES = 500_000;
const LOOK_FOR_ROOM_MS = 50;
/** A service that ends writes for so long; the rest is written when it starts again. */
const CLOSE_WITHIN_MS = 5_000;
/** Of a joined or sequence source; then reading begins again from the checkpoint. */
const PAIRED_WITHIN_MS = 10_000;

/** Offsets `[from, to)` of a partition that may have been applied before, by who did not get to writing what they changed. */
interface Again {
  readonly from: number;
  readonly to: number;
}

export interface ViewTarget {
  readonly viewId: number;
  /** null: the view has no output topic. */
  readonly output: { readonly writer: OutputWriter; readonly position: OutputPosition } | null;
  /** null: it has no series. */
  readonly sampler: SeriesSampler | null;
}

export interface SourceOutputsOptions {
  readonly name: string;
  readonly targets: readonly ViewTarget[];
  /**
   * Which record completes a pair depends on the order in which partitions are read, so no position says which changes are written:
   * reading is marked as done after they are.
   */
  readonly isPaired: boolean;
  readonly topic: {
    readonly partitions: number;
    bounds(): Promise<ReadonlyMap<number, Watermarks>>;
  };
  readonly logger: Logger;
  readonly maxWaitingEntities?: number;
}

export class SourceOutputs {
  readonly #options: SourceOutputsOptions;
  readonly #targets: ReadonlyMap<number, ViewTarget>;
  /** By view, by partition. */
  readonly #again = new Map<number, Map<number, Again>>();

  constructor(options: SourceOutputsOptions) {
    this.#options = options;
    this.#targets = new Map(options.targets.map((target) => [target.viewId, target]));
  }

  start(): void {
    for (const { sampler } of this.#targets.values()) sampler?.start();
  }

  /** Call it when a chunk is in memory. */
  note({ chunk, entities }: PreparedChunk, views: readonly ViewState[]): void {
    for (let v = 0; v < views.length; v++) {
      const target = this.#targets.get((views[v] as ViewState).layout.view.id);
      if (target !== undefined) this.#noteOf(target, chunk, entities[v] as PreparedChunk['entities'][number]);
    }
  }

  #noteOf(
    { viewId, output, sampler }: ViewTarget,
    { events, partition, nextOffset }: EventChunk,
    entities: PreparedChunk['entities'][number],
  ): void {
    const again = this.#again.get(viewId)?.get(partition);
    for (let i = 0; i < entities.length; i++) {
      const entity = entities[i];
      if (entity === null || entity === undefined) continue;
      const { offset } = events[i] as SourceEvent;
      // who applied it before has changed the value, and may not have written that
      const isAgain = again !== undefined && offset >= again.from && offset < again.to;
      if (!entity.dirty && !isAgain) continue;
      output?.writer.changed.note(entity.key);
      if (entity.dirty) sampler?.note(entity.key);
    }
    if (again !== undefined && nextOffset >= again.to) this.#again.get(viewId)?.delete(partition);
  }

  /**
   * Call it when what is in memory is stored, `applied` being the next offsets. Resolves when what that changed is written, of a source
   * that waits for it; else at once. Throws `unavailable`.
   */
  async stored(applied: ReadonlyMap<number, number>, views: readonly ViewState[]): Promise<void> {
    const { isPaired, name } = this.#options;
    const to = isPaired ? null : new Map(applied);
    const writers = views.flatMap(({ layout, fedIn }) => {
      const writer = this.#targets.get(layout.view.id)?.output?.writer;
      writer?.stored(fedIn === null ? to : null);
      return writer ?? [];
    });
    if (!isPaired) return;
    const settled = await Promise.all(writers.map((writer) => writer.settle(PAIRED_WITHIN_MS)));
    if (!settled.every(Boolean))
      throw new ForebayError(
        'unavailable',
        `source "${name}": changed entities could not be written in time`,
      );
  }

  /** Memory is void. */
  forget(): void {
    for (const { output } of this.#targets.values()) output?.writer.changed.forget();
  }

  /**
   * Where reading begins so that nothing is left out that changed before: not after the position of any output. A partition of which
   * an output has none begins where it is read from now.
   */
  async begin({ starts, feeding }: FoundStarts): Promise<FoundStarts> {
    const fed = [...this.#targets.values()].flatMap(({ viewId, output }) =>
      output !== null && feeding.get(viewId) === 'everywhere' ? { viewId, ...output } : [],
    );
    if (fed.length === 0 || starts.length === 0) return { starts, feeding };
    const { topic, isPaired } = this.#options;
    const bounds = await topic.bounds();
    const earliest = new Map(starts.map(({ partition, offset }) => [partition, offset]));
    await allOf(
      fed.map(async ({ viewId, position }) => {
        const known = isPaired ? null : await position.read();
        const fresh = new Map<number, number>();
        const again = new Map(this.#again.get(viewId));
        for (const { partition, offset } of starts) {
          const { low, high } = bounds.get(partition) ?? { low: offset, high: offset };
          const written = known?.get(partition);
          if (written === undefined) fresh.set(partition, offset);
          else this.#tellDeleted(partition, written, low);
          const from = isPaired ? Number.NEGATIVE_INFINITY : Math.max(low, written ?? offset);
          again.set(partition, { from, to: high });
          if (from < (earliest.get(partition) as number) && !isPaired) earliest.set(partition, from);
        }
        this.#again.set(viewId, again);
        // so that what is read from now on is not left out if nobody gets to writing it
        if (!isPaired) await position.advance(fresh, topic.partitions);
      }),
    );
    const begins = starts.map((start) => ({ ...start, offset: earliest.get(start.partition) as number }));
    return { starts: begins, feeding };
  }

  #tellDeleted(partition: number, written: number, low: number): void {
    if (written >= low || epochOfKept(written) !== epochOfKept(low)) return;
    const { name, logger } = this.#options;
    logger.warn(
      `source "${name}", partition ${partition}: records ${written} to ${low - 1} were deleted by Kafka before the entities that they changed were written to output topics`,
    );
  }

  /** The same with the room of both: for what is archived, and for what waits to be written. */
  beside<T extends { readonly archiver: Pick<EventArchive, 'room'> }>(options: T) {
    const { archiver } = options;
    const room: EventArchive['room'] = async (waitMs, signal) =>
      (await archiver.room(waitMs, signal)) && (await this.#room(waitMs, signal));
    return { ...options, archiver: { room } };
  }

  async #room(waitMs: number, signal: AbortSignal): Promise<boolean> {
    const untilMs = performance.now() + waitMs;
    while (this.#isFull) {
      const leftMs = untilMs - performance.now();
      if (leftMs <= 0 || signal.aborted) return false;
      await pause(Math.min(leftMs, LOOK_FOR_ROOM_MS), signal);
    }
    return true;
  }

  get #isFull(): boolean {
    const most = this.#options.maxWaitingEntities ?? MAX_WAITING_ENTITIES;
    for (const { output } of this.#targets.values()) if (output && output.writer.waiting >= most) return true;
    return false;
  }

  /** After the last flush: writes what waits, for a while. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.#targets.values()].map(async ({ output, sampler }) => {
        await sampler?.stop();
        await output?.writer.settle(CLOSE_WITHIN_MS);
        await output?.writer.stop();
      }),
    );
  }
}
