/** Keeps one running source for each event source of the registry that views read. */
import { ForebayError } from '@forebay/contract';
import {
  type AggregationView,
  type EventSource,
  type Pairing,
  pairedSourceOf,
  type RegistrySnapshot,
  topicsOf,
} from '@forebay/definitions';
import type { Logger } from '@forebay/service-kit';
import { type LookUps, lookedUpViews, lookUpsOf } from './enrichment/look-ups';
import { InputPartitions } from './pairing/input-partitions';
import { PairedRuntime } from './pairing/paired-runtime';
import { SerialQueue } from './serial-queue';
import { type RuntimeOptions, SourceRuntime } from './source-runtime';

interface Wanted {
  readonly source: EventSource;
  /** Those with a stream: the others, on a schedule, are made of the archive alone. */
  readonly views: readonly AggregationView[];
  readonly lookUps: LookUps;
  /** Changes when anything that the running source was made from does. */
  readonly meaning: string;
}

export type RuntimeEnvironment = Omit<RuntimeOptions, 'source' | 'views' | 'lookUps'>;

export class SourceRuntimes {
  readonly #environment: RuntimeEnvironment;
  readonly #running = new Map<number, { meaning: string; runtime: SourceRuntime | PairedRuntime }>();
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

  async #begin(id: number, { meaning, ...wanted }: Wanted, logger: Logger): Promise<void> {
    const { source, views } = wanted;
    const readers = views.map((view) => `${view.name}@${view.version}`);
    const topics =
      source.pairing === undefined ? topicsOf(source) : new InputPartitions(source.pairing).topics;
    logger.info(
      `source "${source.name}": reading topic "${topics.join('" and "')}" for ${readers.join(', ') || 'the archive alone'}`,
    );
    const options = { ...this.#environment, ...wanted };
    const runtime = await (source.pairing === undefined
      ? SourceRuntime.start(options)
      : PairedRuntime.start(options));
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

/**
 * The sources that any view reads, and those that such sources are made of, for their archives. A source that is made of others is
 * read for the views that have a stream. Exported for its test.
 */
export function wantedSources(snapshot: RegistrySnapshot): Wanted[] {
  return snapshot.projects.flatMap((project) => {
    const lookUps = lookUpsOf(project);
    const paired = [...project.joinedSources, ...project.sequenceSources].map((definition) =>
      pairedSourceOf(project, definition),
    );
    const readersOf = ({ name }: EventSource) =>
      project.aggregationViews.filter((view) => view.source === name);
    const inputs = new Set(
      paired
        .filter((source) => readersOf(source).length > 0)
        .flatMap(({ pairing }) => new InputPartitions(pairing as Pairing).sources),
    );
    const ofTopics = project.eventSources
      .filter((source) => inputs.has(source) || readersOf(source).length > 0)
      .map((source) => wanted(source, readersOf(source), lookUps));
    const ofPairs = paired.map((source) => wanted(source, readersOf(source), lookUps));
    return [...ofTopics, ...ofPairs.filter(({ views }) => views.length > 0)];
  });
}

function wanted(source: EventSource, readers: readonly AggregationView[], lookUps: LookUps): Wanted {
  const views = readers.filter((view) => view.stream !== null);
  const meaning = JSON.stringify([
    { ...source, metadata: null },
    views.map((view) => [
      view.id,
      view.fingerprint,
      view.batch,
      view.stream,
      lookUps.exactWithinMs.get(view.id) ?? 0,
    ]),
    lookedUpViews(lookUps.project, source).map(({ view }) => [view.id, view.fingerprint]),
  ]);
  return { source, views, lookUps, meaning };
}
