/** Keeps one running source for each event source of the registry that views read. */
import { ForebayError } from '@forebay/contract';
import {
  type AggregationView,
  type EntityKeys,
  type EventSource,
  entityKeysOf,
  InputPartitions,
  type Pairing,
  pairedSourceOf,
  type RegistrySnapshot,
  topicsOf,
} from '@forebay/definitions';
import type { Logger } from '@forebay/service-kit';
import { type LookUps, lookedUpViews, lookUpsOf } from './enrichment/look-ups';
import { forgetOutputs } from './output/open-outputs';
import { PairedRuntime } from './pairing/paired-runtime';
import { pause } from './pause';
import { SerialQueue } from './serial-queue';
import { SourceRuntime } from './source-runtime';
import type { RuntimeOptions } from './source-runtime-options';
import type { StreamLineage } from './stream-lineage';
import { TopicMadeAnew } from './topic-epoch-entry';

const TRY_AGAIN_MS = 1_000;

interface Wanted {
  readonly project: string;
  readonly source: EventSource;
  /** Those with a stream: the others, on a schedule, are made of the archive alone. */
  readonly views: readonly AggregationView[];
  readonly lookUps: LookUps;
  readonly entityKeys: ReadonlyMap<number, readonly EntityKeys[]>;
  /** Changes when anything that the running source was made from does. */
  readonly meaning: string;
}

export interface RuntimeEnvironment
  extends Omit<RuntimeOptions, 'project' | 'source' | 'views' | 'lookUps' | 'entityKeys'> {
  /** Told of each source when its reading has begun, and has ended. */
  readonly readings?: Pick<StreamLineage, 'began' | 'ended'> | undefined;
}

export class SourceRuntimes {
  readonly #environment: RuntimeEnvironment;
  readonly #running = new Map<number, { meaning: string; runtime: SourceRuntime | PairedRuntime }>();
  readonly #queue = new SerialQueue();
  #wanted: ReadonlyMap<number, Wanted> = new Map();
  readonly #retries = new Map<number, NodeJS.Timeout>();
  /** Why a reading that runs will end. */
  readonly #failures = new Map<number, ForebayError>();
  #stopped = false;
  /** Ends every wait. */
  readonly #stopping = new AbortController();

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
      this.#wanted = wanted;
      for (const [id, { meaning }] of this.#running)
        if (wanted.get(id)?.meaning !== meaning) await this.#end(id);
      for (const [id, entry] of wanted) if (!this.#running.has(id)) await this.#beginWhenAvailable(id, entry);
    });
  }

  /** A server that went away after it was connected to is waited for. */
  async #beginWhenAvailable(id: number, entry: Wanted): Promise<void> {
    const { logger } = this.#environment;
    for (;;) {
      try {
        return await this.#begin(id, entry, logger);
      } catch (thrown) {
        const error = ForebayError.from(thrown);
        if (error.reason !== 'unavailable' || this.#stopping.signal.aborted) throw error;
        logger.warn(`source "${entry.source.name}": it cannot be read yet: ${error.message}`);
        await pause(TRY_AGAIN_MS, this.#stopping.signal);
      }
    }
  }

  async #begin(id: number, { meaning, ...wanted }: Wanted, logger: Logger): Promise<void> {
    const { source, views } = wanted;
    const readers = views.map((view) => `${view.name}@${view.version}`);
    const topics =
      source.pairing === undefined ? topicsOf(source) : new InputPartitions(source.pairing).topics;
    logger.info(
      `source "${source.name}": reading topic "${topics.join('" and "')}" for ${readers.join(', ') || 'the archive alone'}`,
    );
    await forgetOutputs(this.#environment.redis, views);
    const onFatal = (error: ForebayError) => this.#onFatal(id, error);
    const options = { ...this.#environment, ...wanted, onFatal };
    const runtime = await (source.pairing === undefined
      ? SourceRuntime.start(options)
      : PairedRuntime.start(options));
    this.#running.set(id, { meaning, runtime });
    this.#environment.readings?.began({ project: wanted.lookUps.project, source, views });
  }

  /** A topic that was deleted, or made anew, is waited for, and read from its beginning; everything else needs a person. */
  #onFatal(id: number, error: ForebayError): void {
    const { logger, onFatal } = this.#environment;
    this.#failures.set(id, error);
    if (!(error instanceof TopicMadeAnew) && error.reason !== 'not_found') {
      onFatal(error);
      return;
    }
    logger.warn({ err: error }, 'the topic of a source is gone, or another one: beginning again');
    void this.#queue.run(() =>
      this.#end(id).catch((thrown: unknown) =>
        logger.warn({ err: thrown }, 'what was read last of it could not be stored'),
      ),
    );
    this.#tryAgain(id);
  }

  #tryAgain(id: number): void {
    const { logger } = this.#environment;
    void this.#queue.run(async () => {
      const entry = this.#wanted.get(id);
      if (this.#stopped || entry === undefined || this.#running.has(id)) return;
      try {
        await this.#begin(id, entry, logger);
      } catch (thrown) {
        logger.warn({ err: thrown }, `source "${entry.source.name}": its topic cannot be read yet`);
        this.#retries.set(
          id,
          setTimeout(() => this.#tryAgain(id), TRY_AGAIN_MS),
        );
      }
    });
  }

  async #end(id: number): Promise<void> {
    const running = this.#running.get(id);
    this.#running.delete(id);
    try {
      await running?.runtime.stop();
    } catch (thrown) {
      this.#failures.set(id, this.#failures.get(id) ?? ForebayError.from(thrown));
      throw thrown;
    } finally {
      this.#environment.readings?.ended(id, this.#failures.get(id) ?? null);
      this.#failures.delete(id);
    }
  }

  /** The store dropped values by itself. */
  valuesWereLost(): Promise<void> {
    return this.#queue.run(async () => {
      for (const { runtime } of this.#running.values()) await runtime.valuesWereLost();
    });
  }

  stop(): Promise<void> {
    this.#stopping.abort();
    return this.#queue.run(async () => {
      this.#stopped = true;
      for (const retry of this.#retries.values()) clearTimeout(retry);
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
  const inputs = source.pairing === undefined ? [source] : new InputPartitions(source.pairing).sources;
  const entityKeys = new Map(inputs.map((input) => [input.id, entityKeysOf(lookUps.project, input)]));
  const meaning = JSON.stringify([
    { ...source, metadata: null },
    views.map((view) => [
      view.id,
      view.fingerprint,
      view.batch,
      view.stream,
      lookUps.exactWithinMs.get(view.id) ?? 0,
      view.output ?? null,
      view.series ?? null,
    ]),
    lookedUpViews(lookUps.project, source).map(({ view }) => [view.id, view.fingerprint]),
    [...entityKeys.values()].map((ways) =>
      ways.map(({ entity, keyFields, view }) => [entity, keyFields, view?.id ?? null]),
    ),
  ]);
  return { project: lookUps.project.name, source, views, lookUps, entityKeys, meaning };
}
