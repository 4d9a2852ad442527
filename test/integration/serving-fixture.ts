import {
  BatchListWriter,
  batchBoundaries,
  compileView,
  LaneEvaluator,
  parityOf,
  StreamList,
  scheduledBoundaries,
  type ViewLayout,
} from '@forebay/algebra';
import { connect, type FeatureClient } from '@forebay/client';
import { type AggregationView, encodeRegistry, type RegistrySnapshot } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import {
  advanceBatchMarker,
  advanceProgress,
  type BatchMarker,
  type BatchPart,
  BatchWriter,
  loadRegistry,
  PARTS,
  publishRegistry,
  type RedisConnection,
  StreamWriter,
  scheduledPart,
  startStreamMarker,
  streamKeys,
  writeBatchReceipt,
} from '@forebay/online-store';
import { createLogger, Readiness, readConfiguration, startTelemetry } from '@forebay/service-kit';
import { SERVING_SETTINGS, type ServingConfiguration, startServing } from '@forebay/service-serving';
import { OPEN_SERVING } from '../support/open-serving';

const BUCKET = 0;
const EPOCH = 1;
const ALWAYS = Number.NEGATIVE_INFINITY;

/** The fields of an event by name; those that are left out are null. */
export type Event = Readonly<Record<string, Value>>;

/** Writes what the stream and batch services would have written. */
export class Seeder {
  #tokens = 0;
  #runs = 0;

  constructor(
    private readonly connection: RedisConnection,
    readonly registry: RegistrySnapshot,
  ) {}

  /** By name or `name@version`; without a version the first. */
  view(reference: string): ViewLayout {
    const [name, version = '1'] = reference.split('@');
    for (const { aggregationViews, eventSources } of this.registry.projects) {
      const view = aggregationViews.find((each) => each.name === name && each.version === Number(version));
      const source = eventSources.find((candidate) => candidate.name === view?.source);
      if (view !== undefined && source !== undefined) return compileView(view, source);
    }
    throw new Error(`no view ${reference}`);
  }

  async apply(): Promise<void> {
    const stored = await loadRegistry(this.connection);
    const { version } = this.registry;
    const outcome = await publishRegistry(
      this.connection,
      { version, snapshot: encodeRegistry(this.registry) },
      stored?.version ?? 0,
    );
    if (!outcome.published) throw new Error('somebody else published a registry');
  }

  /** Both, as of a stream that is complete since ever and has applied all that had arrived by `progressMs`. */
  async streamRuns(name: string, progressMs: number): Promise<void> {
    const { view } = this.view(name);
    await startStreamMarker(this.connection, BUCKET, view.id, { completeSinceMs: ALWAYS });
    await this.progress(name, progressMs);
  }

  async progress(name: string, instantMs: number): Promise<void> {
    const { source } = this.view(name);
    const reached = [{ partition: 0, instantMs }];
    await advanceProgress(this.connection, BUCKET, source.id, { epoch: EPOCH, partitions: 1, reached });
  }

  /** One write of one entity by the stream, at its clock `wMs`. */
  async stream(name: string, entityKey: string, events: readonly Event[], wMs: number): Promise<void> {
    const layout = this.view(name);
    const list = new StreamList(layout);
    this.#evaluate(layout, events, (lanes, eventTimeMs, tie) => list.add(lanes, eventTimeMs, tie, wMs));
    const token = new Uint8Array(8);
    new DataView(token.buffer).setUint32(0, ++this.#tokens);
    const { open, sealed, ...write } = list.takeWrite(token);
    const written = await new StreamWriter(this.connection).flush([
      {
        keys: streamKeys(BUCKET, layout.view.id, { hasVariableParts: layout.variable.length > 0 }),
        entityKey,
        ...write,
        ttlMs: null,
        ...(open === null ? {} : { open }),
        ...(sealed === null ? {} : { sealed }),
      },
    ]);
    if (written[0] !== 1) throw new Error(`${entityKey} has stream values of ${name} already`);
  }

  /** A batch run that has written its values, over the events of the entities, by key, and has not finished. */
  async batchValues(
    name: string,
    { cutMs, runClockMs }: BatchMarker,
    events: Readonly<Record<string, readonly Event[]>>,
  ): Promise<void> {
    const layout = this.view(name);
    const { view } = layout;
    const goodUntilMs = cutMs + (view.batch?.horizonMs ?? 0);
    const boundaries =
      view.schedule === null
        ? batchBoundaries(layout, runClockMs, cutMs)
        : scheduledBoundaries(layout, cutMs);
    const writer = new BatchWriter(this.connection, {
      viewId: view.id,
      part: this.#partOf(view, cutMs),
      expiresAtMs: Date.now() + 600_000,
    });
    for (const [entityKey, of] of Object.entries(events)) {
      const list = new BatchListWriter(layout, { boundaries, cutMs, qMs: runClockMs, goodUntilMs });
      this.#evaluate(layout, of, (lanes, eventTimeMs, tie) => list.add(lanes, eventTimeMs, tie));
      const value = list.encode();
      if (value !== null) await writer.write(entityKey, value);
    }
    await writer.finish();
  }

  #partOf({ schedule }: AggregationView, cutMs: number): BatchPart {
    return schedule === null ? PARTS.batch : scheduledPart(parityOf(schedule, cutMs));
  }

  /** One finished batch run over the events of the entities, by key; of a view on a schedule its cut is a tick. */
  async batch(
    name: string,
    run: BatchMarker,
    events: Readonly<Record<string, readonly Event[]>>,
  ): Promise<void> {
    await this.batchValues(name, run, events);
    const { view } = this.view(name);
    const part = this.#partOf(view, run.cutMs);
    const runName = `run${++this.#runs}`;
    await writeBatchReceipt(
      this.connection,
      { bucket: BUCKET, viewId: view.id, run: runName, chunk: 0, values: 0 },
      600_000,
    );
    const marker = { name: runName, chunks: 1, part, marker: run };
    const { outcome } = await advanceBatchMarker(this.connection, BUCKET, view.id, marker);
    if (outcome !== 'moved') throw new Error(`the batch marker of ${name} did not move: ${outcome}`);
  }

  #evaluate(
    layout: ViewLayout,
    events: readonly Event[],
    add: (lanes: LaneEvaluator, eventTimeMs: number, tie: { high: number; low: number }) => void,
  ): void {
    const lanes = new LaneEvaluator(layout);
    events.forEach((event, i) => {
      const row = layout.source.fields.map(({ name }): Value => event[name] ?? null);
      lanes.derive(row);
      if (lanes.evaluate(row)) add(lanes, row[layout.eventTimeIndex] as number, { high: 0, low: i });
    });
  }
}

export interface RunningService {
  readonly address: string;
  readonly metricsUrl: string;
  /** Of the Feast-compatible HTTP surface; served if `feastHttpPort` is set. */
  readonly feastUrl: string;
  readonly client: FeatureClient;
  readonly readiness: Readiness;
  stop(): Promise<void>;
}

export interface ServiceOptions extends Partial<ServingConfiguration> {
  readonly redisUrl: string;
  readonly clock?: () => number;
}

/** The serving service in this process, as `main` composes it. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const readiness = new Readiness();
  const telemetry = await startTelemetry({
    service: 'serving',
    operations: { host: '127.0.0.1', port: 0 },
    readiness,
  });
  const stops: (() => Promise<void> | void)[] = [() => telemetry.stop()];
  const { clock = Date.now, ...configuration } = options;
  const { port, feastHttpPort } = await startServing(
    {
      ...readConfiguration(SERVING_SETTINGS, { FOREBAY_SERVING_PORT: '0', ...OPEN_SERVING }),
      drainDeadlineMs: 5_000,
      ...configuration,
    },
    {
      logger: createLogger({ service: 'serving', level: 'silent', format: 'json' }),
      instruments: telemetry.instruments,
      readiness,
      clock,
      startupDeadlineMs: 10_000,
      component: async (_, start, stop) => {
        const started = await start();
        stops.push(() => stop(started));
        return started;
      },
    },
  );
  const client = connect({ address: `127.0.0.1:${port}` });
  return {
    address: `127.0.0.1:${port}`,
    feastUrl: `http://127.0.0.1:${feastHttpPort}`,
    metricsUrl: `http://127.0.0.1:${telemetry.metricsPort}/metrics`,
    client,
    readiness,
    async stop() {
      client.close();
      for (const stop of stops.splice(0).reverse()) await stop();
    },
  };
}
