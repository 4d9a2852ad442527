/**
 * Samples features of a view at each multiple of an interval, for charts: what serving answers at that instant. Every process of the
 * service samples all entities of the series; of equal samples the one that is nearest to the instant stays.
 */
import { isFloat64, STATUS, type ViewLayout } from '@forebay/algebra';
import { ForebayError, floorTo } from '@forebay/contract';
import type { AggregationView, FeatureSeries } from '@forebay/definitions';
import {
  FEATURE_SAMPLES_COLUMNS,
  FEATURE_SAMPLES_TABLE,
  type OfflineStore,
  RowBinaryWriter,
  RowLog,
} from '@forebay/offline-store';
import {
  forgetSampledEntities,
  noteSampledEntities,
  type RedisConnection,
  readSampledEntities,
} from '@forebay/online-store';
import type { Instruments, Logger } from '@forebay/service-kit';
import { growingPause } from '../pause';
import type { EntityAnswer, EntityAnswers } from './entity-answers';
import { RecentKeys } from './recent-keys';
import { valueAt } from './update-value';

/** Rows that wait while ClickHouse is away; newer ones are lost then, and counted. */
const MAX_WAITING_BYTES = 32 * 1_048_576;
const FLUSH_EVERY_MS = 200;
const CLOSE_WITHIN_MS = 5_000;
/** Read and folded together: some milliseconds, in which nothing else happens. */
const ENTITIES_PER_READ = 200;
const LONGEST_TIMER_MS = 60_000;

export interface SeriesSamplerOptions {
  readonly project: string;
  readonly view: AggregationView;
  readonly series: FeatureSeries;
  readonly answers: EntityAnswers;
  readonly redis: RedisConnection;
  readonly offline: OfflineStore;
  readonly instruments: Instruments;
  readonly logger: Logger;
  readonly clock: () => number;
}

interface SampledFeature {
  readonly index: number;
  readonly name: string;
  readonly isNumber: boolean;
}

export class SeriesSampler {
  readonly #options: SeriesSamplerOptions;
  readonly #label: string;
  readonly #features: readonly SampledFeature[];
  readonly #changed: RecentKeys;
  readonly #rows: RowLog;
  readonly #row = new RowBinaryWriter();
  readonly #stopping = new AbortController();
  readonly #failures;
  #timer: NodeJS.Timeout | null = null;
  #sampling: Promise<void> | null = null;
  #sampledMs = Number.NEGATIVE_INFINITY;

  constructor(options: SeriesSamplerOptions) {
    const { project, view, series, answers, offline, instruments, logger } = options;
    this.#options = options;
    this.#label = `${view.name}@${view.version}`;
    const { layout } = answers.stored;
    this.#features = view.features.flatMap(({ name }, index) =>
      series.features.includes(name)
        ? { index, name, isNumber: isFloat64(layout.features[index] as ViewLayout['features'][number]) }
        : [],
    );
    this.#changed = new RecentKeys(series.maxEntities);
    const labels = { project, view: this.#label };
    const samples = instruments.counter('forebay_series_samples_total').bind(labels);
    const lost = instruments.counter('forebay_series_samples_lost_total').bind(labels);
    this.#failures = instruments.counter('forebay_series_failures_total').bind(labels);
    this.#rows = new RowLog({
      table: FEATURE_SAMPLES_TABLE,
      columns: Object.keys(FEATURE_SAMPLES_COLUMNS),
      store: async () => offline,
      maxBytes: MAX_WAITING_BYTES,
      flushEveryMs: FLUSH_EVERY_MS,
      onInserted: (rows) => samples.add(rows),
      onLost: (rows) => lost.add(rows),
      onFailure: (error) => {
        this.#failures.add(1);
        logger.warn(
          { reason: error.reason },
          `view "${this.#label}": samples wait for clickhouse: ${error.message}`,
        );
      },
    });
  }

  /** An entity has changed. */
  note(key: string): void {
    if (this.#options.series.entities.length === 0) this.#changed.add(key);
  }

  start(): void {
    this.#arm();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#sampling;
    await this.#rows.close(CLOSE_WITHIN_MS);
  }

  /** At the start, the sample of the interval that has begun: whoever should have taken it may have died. */
  #arm(): void {
    if (this.#stopping.signal.aborted) return;
    const { clock, series } = this.#options;
    const nowMs = clock();
    const tickMs = floorTo(nowMs, series.everyMs);
    if (tickMs > this.#sampledMs) {
      this.#sampledMs = tickMs;
      this.#sampling = this.#sample(tickMs).finally(() => this.#arm());
      return;
    }
    this.#timer = setTimeout(() => this.#arm(), Math.min(LONGEST_TIMER_MS, tickMs + series.everyMs - nowMs));
  }

  /** Tries until the next one is due. */
  async #sample(tickMs: number): Promise<void> {
    const { clock, series, logger } = this.#options;
    const { signal } = this.#stopping;
    for (let failures = 1; !signal.aborted && clock() < tickMs + series.everyMs; failures++) {
      try {
        return await this.#sampleOnce(tickMs);
      } catch (thrown) {
        const error = ForebayError.from(thrown);
        this.#failures.add(1);
        logger.warn(
          { reason: error.reason },
          `view "${this.#label}": a sample cannot be taken: ${error.message}`,
        );
        await growingPause(failures, signal);
      }
    }
  }

  async #sampleOnce(tickMs: number): Promise<void> {
    const { series, answers } = this.#options;
    const changedMs = series.entities.length > 0 ? null : await this.#tracked();
    const keys = changedMs === null ? series.entities : [...changedMs.keys()];
    const gone = new Map<string, number>();
    for (let from = 0; from < keys.length; from += ENTITIES_PER_READ) {
      await answers.tell(
        keys.slice(from, from + ENTITIES_PER_READ),
        (answer) => {
          this.#append(answer, tickMs);
          const noted = changedMs?.get(answer.key);
          if (noted !== undefined && this.#isGone(answer)) gone.set(answer.key, noted);
        },
        tickMs,
      );
    }
    if (gone.size > 0) await forgetSampledEntities(this.#options.redis, this.#options.view.id, gone);
  }

  /** The entities that changed last, by any process, and when. */
  async #tracked(): Promise<ReadonlyMap<string, number>> {
    const { redis, view, series, clock } = this.#options;
    const changed = this.#changed.take();
    try {
      await noteSampledEntities(redis, view.id, changed, clock(), series.maxEntities);
    } catch (error) {
      for (const key of changed) this.#changed.add(key);
      throw error;
    }
    return readSampledEntities(redis, view.id);
  }

  /** Its last event has left every window: the sample that says so is the last one. */
  #isGone({ values: { statuses } }: EntityAnswer): boolean {
    return statuses.every((status) => status === STATUS.NOT_FOUND);
  }

  #append({ key, asOfMs, values }: EntityAnswer, tickMs: number): void {
    const { project, view, series } = this.#options;
    const row = this.#row;
    for (const { index, name, isNumber } of this.#features) {
      const value = valueAt(values, index, isNumber);
      row.clear();
      row.string(project);
      row.string(view.name);
      row.uint32(view.version);
      row.string(key);
      row.string(name);
      row.int64(tickMs);
      row.int64(asOfMs);
      if (row.present(value !== null)) row.float64(Number(value));
      row.uint8(values.statuses[index] as number);
      row.uint32(Math.floor((tickMs + series.keepMs) / 1_000));
      this.#rows.append(row.bytes());
    }
  }
}
