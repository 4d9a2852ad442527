/** Before a source's events are looked up: whether the views that answer hold what they should. */

import { type EventSource, type Project, sourceOf } from '@forebay/definitions';
import { latestStreamMarker, oldestProgress, type RedisConnection } from '@forebay/online-store';
import type { Logger } from '@forebay/service-kit';
import { pause } from '../pause';
import { lookedUpViews } from './look-ups';

/**
 * Views of streams that have just begun, or were away as well, are waited for so long in all, each time that reading begins: what an
 * event's field is, it is for ever. A view that does not come is then looked up as it is, as it is when it falls behind later.
 */
const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 50;

/** A view with a stream. */
export interface AwaitedView {
  readonly name: string;
  /** Whether its values are complete since some time, and not stale. */
  readonly answers: () => Promise<boolean>;
}

export interface LookedUpViewsOptions {
  /** Of the source whose events are looked up. */
  readonly name: string;
  readonly views: readonly AwaitedView[];
  readonly clock: () => number;
  readonly logger: Pick<Logger, 'warn'>;
}

export class LookedUpViews {
  readonly #options: LookedUpViewsOptions;
  #untilMs: number | null = null;
  #isSettled = false;

  constructor(options: LookedUpViewsOptions) {
    this.#options = options;
  }

  /** Call it before partitions are read (again). */
  begin(): void {
    this.#untilMs = null;
    this.#isSettled = false;
  }

  /** Waits a while; false: not all of them answer yet, and patience is not over. */
  async settled(waitMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.#isSettled) return true;
    const { name, clock, logger } = this.#options;
    const startedMs = clock();
    this.#untilMs ??= startedMs + PATIENCE_MS;
    const untilMs = this.#untilMs;
    for (;;) {
      const silent = await this.#silent();
      const isOver = clock() >= untilMs;
      if (silent.length > 0 && isOver) {
        logger.warn(
          `source "${name}": events are looked up in ${silent.join(' and ')} though its stream is not complete or behind: such fields are DEGRADED`,
        );
      }
      // who began anew meanwhile, waits anew
      if (silent.length === 0 || isOver) this.#isSettled = this.#untilMs === untilMs;
      if (silent.length === 0 || isOver) return true;
      if (signal.aborted || clock() >= startedMs + waitMs) return false;
      await pause(LOOK_EVERY_MS, signal);
    }
  }

  /** The views that do not answer. */
  async #silent(): Promise<string[]> {
    const answers = await Promise.all(
      // what cannot be asked is no answer
      this.#options.views.map(async ({ name, answers }) =>
        (await answers().catch(() => false)) ? [] : [name],
      ),
    );
    return answers.flat();
  }
}

/** The views with a stream that a source is enriched with; a table view answers from its last run whenever that was. */
export function awaitedViews(
  project: Project,
  source: EventSource,
  redis: RedisConnection,
  clock: () => number,
): AwaitedView[] {
  const byId = new Map<number, AwaitedView>();
  for (const found of lookedUpViews(project, source)) {
    if (found.kind !== 'aggregation view') continue;
    const { view } = found;
    const read = sourceOf(project, view);
    const answers = async () => {
      const [marker, progress] = await Promise.all([
        latestStreamMarker(redis, view.id),
        oldestProgress(redis, read.id),
      ]);
      // 0 is of a partition of which nothing is known
      const reachedMs = Math.min(...(progress?.instantsMs ?? [0]));
      return marker !== null && reachedMs > 0 && clock() - reachedMs <= read.maxStalenessMs;
    };
    byId.set(view.id, { name: `"${view.name}@${view.version}"`, answers });
  }
  return [...byId.values()];
}
