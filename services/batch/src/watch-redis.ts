import type { RegistrySnapshot } from '@forebay/definitions';
import { type RedisConnection, readStoredSizes } from '@forebay/online-store';
import type { Instruments, Labels } from '@forebay/service-kit';

/** A look at the keys costs the servers some 50 ms together, in pieces of a millisecond. */
const SIZES_EVERY_MS = 300_000;

type ViewLabels = Labels<'forebay_redis_view_bytes'>;

export interface RedisWatchOptions {
  readonly redis: RedisConnection;
  readonly instruments: Instruments;
  /** null: nothing is applied yet. */
  readonly applied: () => RegistrySnapshot | null;
  readonly onError: (error: unknown) => void;
}

/** Keeps the gauge of what views take in Redis: what was found last, while it does not answer. */
export class RedisWatch {
  readonly #timer = setInterval(() => this.look(), SIZES_EVERY_MS);
  #shownViews: ViewLabels[] = [];

  constructor(private readonly options: RedisWatchOptions) {}

  /** At once, as when views have changed. */
  look(): void {
    this.#lookAtSizes().catch(this.options.onError);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #lookAtSizes(): Promise<void> {
    const { redis, instruments, applied } = this.options;
    const snapshot = applied();
    if (snapshot === null) return;
    const gauge = instruments.gauge('forebay_redis_view_bytes');
    const { byView } = await readStoredSizes(redis);
    for (const labels of this.#shownViews) gauge.remove(labels);
    this.#shownViews = [];
    for (const [id, labels] of labelsById(snapshot)) {
      const size = byView.get(id);
      if (size === undefined) continue;
      gauge.set(labels, size.bytes);
      this.#shownViews.push(labels);
    }
  }
}

function labelsById(snapshot: RegistrySnapshot): Map<number, ViewLabels> {
  const labels = new Map<number, ViewLabels>();
  for (const { name: project, aggregationViews, tableViews } of snapshot.projects) {
    for (const { id, name, version } of [...aggregationViews, ...tableViews])
      labels.set(id, { project, view: `${name}@${version}` });
  }
  return labels;
}
