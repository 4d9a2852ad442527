/** The values of an erased entity in the online store, of all its views. */
import { compileView, fencesOf } from '@forebay/algebra';
import { ForebayError, type MessageInput } from '@forebay/contract';
import {
  type AggregationView,
  definitionName,
  type EventSource,
  type Project,
  sourceOf,
  tableSourceOf,
  topicsToMake,
} from '@forebay/definitions';
import {
  bucketOf,
  loadStreamValues,
  readRebuildState,
  removeSampledEntity,
  streamKeys,
} from '@forebay/online-store';
import { EntityStreamValue, type ErasedBefore } from '../rebuild-entity/entity-stream-value';
import type { CarriedEntity } from './carried-entity';
import type { EraseDependencies } from './erase-handler';
import { appliedUpTo, type Ends, readEndsOf } from './erased-ends';
import { countParts, emptyBatchValues, emptyPairedValue, emptyTableValues } from './stored-parts';

type AllEnds = ReadonlyMap<number, Ends>;

const DAY_MS = 86_400_000;
const NO_ENDS: Ends = new Map();
const LOOK_AGAIN_MS = 200;

export class ErasedValues {
  readonly #streamed: readonly { readonly view: AggregationView; readonly source: EventSource }[];

  constructor(
    private readonly dependencies: EraseDependencies,
    private readonly project: Project,
    private readonly entity: CarriedEntity,
  ) {
    this.#streamed = entity.aggregationViews
      .filter(({ stream }) => stream !== null)
      .map((view) => ({ view, source: sourceOf(project, view) }));
  }

  /** Of sources that are made of others, by id. */
  async readEndsOfPairs(): Promise<AllEnds> {
    const ends = new Map<number, Ends>();
    for (const { source } of this.#streamed)
      if (source.pairing !== undefined)
        ends.set(source.id, await readEndsOf(source, this.dependencies.topics));
    return ends;
  }

  /** How many parts each view has. */
  async found(): Promise<MessageInput<'ErasedPlace'>[]> {
    const places: MessageInput<'ErasedPlace'>[] = [];
    for (const view of [...this.entity.aggregationViews, ...this.entity.tableViews])
      places.push({
        store: 'redis',
        place: `view ${definitionName(view)}`,
        found: await countParts(this.dependencies.redis, view.id, this.entity.key),
        remark: 'a value without anything holds the place of the entity, so that nothing older comes there',
      });
    return places;
  }

  /** Replaces what is stored, and has it removed from output topics. */
  async empty(ends: AllEnds, readEnds: AllEnds, erasedAtMs: number, signal: AbortSignal): Promise<void> {
    const { redis, keeper, clock } = this.dependencies;
    for (const { view, source } of this.#streamed) {
      await this.#untilRead(view, source, signal);
      if (source.pairing === undefined) {
        const erased = {
          ends: ends.get(source.id) ?? NO_ENDS,
          readEnds: readEnds.get(source.id) ?? NO_ENDS,
          keepMs: await this.#keepMs(source),
        };
        await this.#streamValue(view, source, erased).rebuild(signal);
      } else {
        await appliedUpTo(this.dependencies, source, readEnds.get(source.id) ?? NO_ENDS, signal);
        await emptyPairedValue(redis, view, source, this.entity.key, clock());
      }
      if (view.series !== undefined) await removeSampledEntity(redis, view.id, this.entity.key);
      const { output } = view;
      if (output !== undefined && (await keeper.retention(output.topic)) !== null)
        await keeper.removeKey(output.topic, this.entity.key);
    }
    await this.emptyRunValues(erasedAtMs);
  }

  #streamValue(view: AggregationView, source: EventSource, erased: ErasedBefore): EntityStreamValue {
    return new EntityStreamValue(this.dependencies, compileView(view, source), this.entity.values, erased);
  }

  /** A view that is being made anew has its own reading, which is waited for. Throws `unavailable`. */
  async #untilRead(view: AggregationView, source: EventSource, signal: AbortSignal): Promise<void> {
    const { redis, clock, archiveDeadlineMs } = this.dependencies;
    const giveUpAtMs = clock() + archiveDeadlineMs;
    for (;;) {
      const { step } = await readRebuildState(redis, { sourceId: source.id, viewId: view.id });
      if (step === 'done') return;
      if (clock() >= giveUpAtMs)
        throw new ForebayError(
          'unavailable',
          `view "${definitionName(view)}" is being made anew, or the stream service has not begun with it: the erasure goes on when that is done`,
        );
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  /** Longer than any topic of the source has the records; null: they are there for ever. */
  async #keepMs(source: EventSource): Promise<number | null> {
    let longestMs = 0;
    for (const topic of topicsToMake(source)) {
      const retention = await this.dependencies.keeper.retention(topic);
      if (retention === null) continue;
      if (retention.ageMs === null) return null;
      longestMs = Math.max(longestMs, retention.ageMs);
    }
    return longestMs + DAY_MS;
  }

  /** Of runs that have begun before now nothing stands any more. Resolves with how many values were written. */
  async emptyRunValues(erasedAtMs: number): Promise<number> {
    const { redis, clock } = this.dependencies;
    const { key } = this.entity;
    let values = 0;
    for (const view of this.entity.aggregationViews)
      values += await emptyBatchValues(redis, view, sourceOf(this.project, view), key, clock());
    for (const view of this.entity.tableViews) {
      await emptyTableValues(redis, view, tableSourceOf(this.project, view), key, erasedAtMs);
      values++;
    }
    return values;
  }

  /** By place, how many stream values do not say that they are behind the ends. */
  async left(readEnds: AllEnds): Promise<ReadonlyMap<string, number>> {
    const left = new Map<string, number>();
    for (const { view, source } of this.#streamed) {
      if (source.pairing !== undefined) continue;
      const layout = compileView(view, source);
      const { redis } = this.dependencies;
      const { key } = this.entity;
      const keys = streamKeys(bucketOf(key, redis.buckets), view.id, {
        hasVariableParts: layout.variable.length > 0,
        hasIds: source.dedupeMs !== null,
      });
      const [stored] = await loadStreamValues(redis, keys, [key]);
      const ends = readEnds.get(source.id) ?? NO_ENDS;
      const isBehind =
        stored?.rows === null ||
        fencesOf(layout, stored?.rows as Uint8Array).every(
          ({ partition, offset }) => offset + 1 >= (ends.get(partition) ?? 0),
        );
      left.set(`view ${definitionName(view)}`, isBehind ? 0 : 1);
    }
    return left;
  }
}
