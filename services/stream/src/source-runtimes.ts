/** Keeps one running source for each event source of the registry that views read. */
import { ForebayError } from '@forebay/contract';
import type { AggregationView, EventSource, RegistrySnapshot } from '@forebay/definitions';
import type { Logger } from '@forebay/service-kit';
import { SerialQueue } from './serial-queue';
import { type RuntimeOptions, SourceRuntime } from './source-runtime';

interface Wanted {
  readonly source: EventSource;
  /** Those with a stream: the others, on a schedule, are made of the archive alone. */
  readonly views: readonly AggregationView[];
  /** Changes when anything that the running source was made from does. */
  readonly meaning: string;
}

export type RuntimeEnvironment = Omit<RuntimeOptions, 'source' | 'views'>;

export class SourceRuntimes {
  readonly #environment: RuntimeEnvironment;
  readonly #running = new Map<number, { meaning: string; runtime: SourceRuntime }>();
  readonly #queue = new SerialQueue();
  #stopped = false;

  constructor(environment: RuntimeEnvironment) {
    this.#environment = environment;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Makes what runs equal to the registry; calls are worked off in order. */
  follow(snapshot: RegistrySnapshot): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#stopped) return;
      const wanted = new Map(wantedSources(snapshot).map((entry) => [entry.source.id, entry]));
      for (const [id, { meaning }] of this.#running)
        if (wanted.get(id)?.meaning !== meaning) await this.#end(id);
      for (const [id, entry] of wanted)
        if (!this.#running.has(id)) await this.#begin(id, entry, this.#environment.logger);
    });
  }

  async #begin(id: number, { source, views, meaning }: Wanted, logger: Logger): Promise<void> {
    const readers = views.map((view) => `${view.name}@${view.version}`);
    logger.info(
      `source "${source.name}": reading topic "${source.topic}" for ${readers.join(', ') || 'the archive alone'}`,
    );
    const runtime = await SourceRuntime.start({ ...this.#environment, source, views });
    this.#running.set(id, { meaning, runtime });
  }

  async #end(id: number): Promise<void> {
    const running = this.#running.get(id);
    this.#running.delete(id);
    await running?.runtime.stop();
  }

  /** The store dropped values by itself. */
  valuesWereLost(): Promise<void> {
    return this.#queue.run(async () => {
      for (const { runtime } of this.#running.values()) await runtime.valuesWereLost();
    });
  }

  stop(): Promise<void> {
    return this.#queue.run(async () => {
      this.#stopped = true;
      const outcomes = await Promise.allSettled([...this.#running.keys()].map((id) => this.#end(id)));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed !== undefined) throw ForebayError.from(failed.reason, 'stopping a source');
    });
  }
}

/** The sources that any view reads; exported for its test. */
export function wantedSources(snapshot: RegistrySnapshot): Wanted[] {
  return snapshot.projects.flatMap((project) =>
    project.eventSources.flatMap((source) => {
      const readers = project.aggregationViews.filter((view) => view.source === source.name);
      if (readers.length === 0) return [];
      const views = readers.filter((view) => view.stream !== null);
      const meaning = JSON.stringify([
        { ...source, metadata: null },
        views.map((view) => [view.id, view.fingerprint, view.batch, view.stream]),
      ]);
      return [{ source, views, meaning }];
    }),
  );
}
