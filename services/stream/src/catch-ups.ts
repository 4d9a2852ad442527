/**
 * Looks after the views of a source that the common reading does not feed: clears what is stored of them, reads their events
 * again, and hands them over. Several processes may do the same at once: each step is taken once, by a script in the store.
 */
import { type ForebayError, formatInstant } from '@forebay/contract';
import { type AggregationView, definitionName } from '@forebay/definitions';
import {
  beginRebuild,
  type CatchUp,
  clearValues,
  finishJoin,
  inEveryBucket,
  joinView,
  oldestCheckpoint,
  readViewStanding,
  SINGLE_NODE_BUCKETS,
  startCatchUp,
  type ViewOfSource,
  type ViewStanding,
} from '@forebay/online-store';
import { askCatchUpPlan } from './catch-up-facts';
import { CatchUpReader, type CatchUpReaderOptions } from './catch-up-reader';
import type { CatchUpProgress } from './observing/source-sight';
import { SparseWarning } from './sparse-warning';

const LOOK_MS = 300;
/** Of a cluster, with a thousand buckets to ask. */
const CLUSTER_LOOK_MS = 2_000;
/** More readings of one topic at once take more from the common one than they gain. */
const MAX_READERS = 4;

export interface CatchUpsOptions extends Omit<CatchUpReaderOptions, 'view' | 'onEnded'> {
  readonly views: readonly AggregationView[];
}

interface Watched {
  readonly view: AggregationView;
  readonly ids: ViewOfSource;
  reader: CatchUpReader | null;
  /** Where the common reading stood when it was looked at last: a view that has come so far is near enough. */
  stoodAt: ReadonlyMap<number, number>;
  /** Buckets in which the view had no marker at the last look, though nobody makes it anew. */
  absent: ReadonlySet<number>;
  startedMs: number;
  /** Null: it is not made anew. */
  ratio: number | null;
  /** By partition, where its reading stood when it was first looked at. */
  begun: Map<number, number>;
}

/** By stage, the catch-ups of a view by bucket. */
type ByStage = Record<CatchUp['stage'] | 'absent', Map<number, CatchUp | null>>;

export class CatchUps {
  readonly #options: CatchUpsOptions;
  readonly #watched: readonly Watched[];
  readonly #trouble = new SparseWarning();
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #stopped = false;

  constructor(options: CatchUpsOptions) {
    this.#options = options;
    const { source, clock } = options.runtime;
    this.#watched = options.views.map((view) => ({
      view,
      ids: { sourceId: source.id, viewId: view.id },
      reader: null,
      stoodAt: new Map(),
      absent: new Set(),
      startedMs: clock(),
      ratio: null,
      begun: new Map(),
    }));
  }

  start(): void {
    const { buckets } = this.#options.runtime.redis;
    this.#timer = setInterval(
      () => void this.#look(),
      buckets === SINGLE_NODE_BUCKETS ? LOOK_MS : CLUSTER_LOOK_MS,
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#looking;
    await Promise.all(this.#watched.map((watched) => this.#endReader(watched)));
  }

  /** How far views have come that are made anew. */
  progress(): CatchUpProgress[] {
    return this.#watched.flatMap(({ view, ratio }) =>
      ratio === null ? [] : [{ viewId: view.id, name: definitionName(view), ratio }],
    );
  }

  /** One look at a time; what fails is tried again at the next one. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #lookAtAll(): Promise<void> {
    const { logger, redis } = this.#options.runtime;
    let isWell = true;
    for (const watched of this.#watched) {
      if (this.#stopped) return;
      try {
        const standings = await inEveryBucket(redis, (bucket) =>
          readViewStanding(redis, bucket, watched.ids),
        );
        await this.#attend(watched, byStage(standings));
      } catch (error) {
        this.#trouble.found(() =>
          logger.warn(
            { err: error },
            `${nameOf(watched)}: whether it has to be made anew cannot be told; trying again`,
          ),
        );
        isWell = false;
      }
    }
    if (isWell) this.#trouble.over();
  }

  async #attend(watched: Watched, stages: ByStage): Promise<void> {
    const { redis } = this.#options.runtime;
    this.#noteRatio(watched, stages);
    await this.#attendAbsent(watched, stages.absent);
    if (stages.clearing.size > 0) await this.#clear(watched, stages.clearing as Map<number, CatchUp>);
    if (stages.reading.size > 0) {
      await this.#read(watched);
      await this.#joinWhenNear(watched, stages.reading as Map<number, CatchUp>);
    } else await this.#endReader(watched);
    let joined = 0;
    for (const bucket of stages.joining.keys()) if (await finishJoin(redis, bucket, watched.ids)) joined++;
    if (joined > 0 && joined === stages.joining.size) this.#tellComplete(watched, stages);
  }

  #noteRatio(watched: Watched, { clearing, reading, joining }: ByStage): void {
    if (reading.size > 0 && clearing.size === 0) return;
    watched.begun = new Map();
    watched.ratio = clearing.size > 0 ? 0 : joining.size > 0 ? 1 : null;
  }

  /** By the records between where it began and where the common reading stood. */
  #noteReading(watched: Watched, reading: ReadonlyMap<number, CatchUp>): void {
    let [read, all] = [0, 0];
    for (const [partition, end] of watched.stoodAt) {
      const at = Math.min(...[...reading.values()].map(({ offsets }) => offsets[partition] ?? -1));
      if (at < 0) continue;
      const begun = watched.begun.get(partition) ?? at;
      watched.begun.set(partition, begun);
      read += Math.max(0, Math.min(at, end) - begun);
      all += Math.max(0, end - begun);
    }
    watched.ratio = all === 0 ? 1 : read / all;
  }

  /** A view without a marker, in a bucket of which the source has a checkpoint, is new or was lost. At the first look it may be about to be marked. */
  async #attendAbsent(watched: Watched, absent: ByStage['absent']): Promise<void> {
    const { redis, source } = this.#options.runtime;
    const lost = [...absent.keys()].filter((bucket) => watched.absent.has(bucket));
    watched.absent = new Set(absent.keys());
    if (lost.length === 0 || (await oldestCheckpoint(redis, source.id)) === null) return;
    for (const bucket of lost) await beginRebuild(redis, bucket, watched.ids);
  }

  async #clear(watched: Watched, clearing: ReadonlyMap<number, CatchUp>): Promise<void> {
    const { view, ids } = watched;
    const { redis, offline, source, clock, logger } = this.#options.runtime;
    const { topics } = this.#options.caughtUp;
    watched.startedMs = clock();
    const numbers = new Map([...clearing].map(([bucket, { number }]) => [bucket, number]));
    if (!(await clearValues(redis, ids, numbers))) return;
    const { offsets, completeSinceMs } = await askCatchUpPlan(
      { redis, offline, clock, topics },
      view,
      source,
    );
    const marker = { completeSinceMs };
    for (const [bucket, number] of numbers)
      await startCatchUp(redis, bucket, ids, { number, offsets, marker });
    const since = Number.isFinite(completeSinceMs) ? `since ${formatInstant(completeSinceMs)}` : 'wholly';
    logger.info(
      { offsets },
      `${nameOf(watched)}: reading ${topics.names.join(', ')} again, to have it ${since}`,
    );
  }

  async #read(watched: Watched): Promise<void> {
    if (watched.reader !== null || this.#stopped) return;
    if (this.#watched.filter(({ reader }) => reader !== null).length >= MAX_READERS) return;
    const { runtime, partitions, caughtUp } = this.#options;
    const ended = (error: ForebayError) => {
      runtime.logger.debug({ err: error }, `${nameOf(watched)}: its reading has ended`);
      void this.#endReader(watched);
    };
    watched.stoodAt = new Map();
    watched.reader = await CatchUpReader.start({
      runtime,
      partitions,
      caughtUp,
      view: watched.view,
      onEnded: ended,
    });
  }

  async #joinWhenNear(watched: Watched, reading: ReadonlyMap<number, CatchUp>): Promise<void> {
    const { redis, source, logger } = this.#options.runtime;
    const stoodAt = watched.stoodAt;
    const stands = await oldestCheckpoint(redis, source.id);
    watched.stoodAt = new Map([...(stands?.offsets ?? [])].entries());
    this.#noteReading(watched, reading);
    if (stoodAt.size === 0) return;
    const isNear = [...reading.values()].every(({ offsets }) =>
      [...stoodAt].every(([partition, offset]) => (offsets[partition] ?? -1) >= offset),
    );
    if (!isNear) return;
    const { joinsBefore } = this.#options.caughtUp;
    const offsetOf = (partition: number) =>
      Math.min(...[...reading.values()].map(({ offsets }) => offsets[partition] ?? -1));
    const untilMs = joinsBefore === undefined ? Number.POSITIVE_INFINITY : await joinsBefore(offsetOf);
    if (untilMs === null) return;
    let joined = 0;
    for (const [bucket, { number }] of reading)
      if (await joinView(redis, bucket, watched.ids, number, untilMs)) joined++;
    if (joined > 0)
      logger.info(`${nameOf(watched)}: it has caught up, and joins the other views of its source`);
  }

  #tellComplete(watched: Watched, { joining }: ByStage): void {
    const { logger, clock } = this.#options.runtime;
    const since = [...joining.values()].map((catchUp) => catchUp?.planned?.completeSinceMs ?? Number.NaN);
    const sinceMs = Math.max(...since);
    logger.info(
      `${nameOf(watched)}: made anew in ${clock() - watched.startedMs} ms; the stream is complete ${Number.isFinite(sinceMs) ? `from ${formatInstant(sinceMs)} on` : 'from the beginning of the topic on'}`,
    );
  }

  async #endReader(watched: Watched): Promise<void> {
    const { reader } = watched;
    watched.reader = null;
    await reader?.stop();
  }
}

function nameOf({ view }: Watched): string {
  return `view "${definitionName(view)}"`;
}

function byStage(standings: readonly ViewStanding[]): ByStage {
  const stages: ByStage = {
    clearing: new Map(),
    reading: new Map(),
    joining: new Map(),
    absent: new Map(),
  };
  for (const [bucket, standing] of standings.entries()) {
    if (standing.kind === 'absent') stages.absent.set(bucket, null);
    else if (standing.kind === 'catching_up') stages[standing.catchUp.stage].set(bucket, standing.catchUp);
  }
  return stages;
}
