/** Looks one field of a source up: the value of a feature of each event's entity at the event's time. */
import { STATUS } from '@forebay/algebra';
import { encodeEntityKey, ForebayError, type JoinKeyValue } from '@forebay/contract';
import {
  type Enrichment,
  type EventSource,
  findView,
  type Project,
  sourceOf,
  tableSourceOf,
} from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import {
  allOf,
  bucketOf,
  byBucket,
  type RedisConnection,
  readEntityValues,
  type StoredKeys,
} from '@forebay/online-store';
import type { SourceEvent } from '../event-chunk';
import { StoredAggregation, type StoredFeature, StoredTable } from './stored-feature';

/** How many look-ups ended with each status, by its number. */
export type StatusCounts = Uint32Array;

export const newStatusCounts = (): StatusCounts => new Uint32Array(STATUS.DEGRADED + 1);

export class LookedUpField {
  readonly enrichment: Enrichment;
  /** Index in an event's row. */
  readonly #index: number;
  readonly #keyIndexes: readonly number[];
  readonly #feature: StoredFeature;
  /** By bucket. */
  readonly #keys: StoredKeys[] = [];

  constructor(enrichment: Enrichment, source: EventSource, project: Project) {
    const indexOf = (name: string) => source.fields.findIndex((field) => field.name === name);
    this.enrichment = enrichment;
    this.#index = indexOf(enrichment.field);
    this.#keyIndexes = enrichment.keyFields.map(indexOf);
    this.#feature = storedFeature(enrichment, project);
  }

  /**
   * Writes the field into the rows of the events; null where a join key is null.
   * Throws `unavailable` and the like when the store cannot be read.
   */
  async lookUp(
    events: readonly SourceEvent[],
    redis: RedisConnection,
    clock: () => number,
    counts: StatusCounts,
  ): Promise<void> {
    const byEntity = new Map<string, SourceEvent[]>();
    for (const event of events) {
      const key = this.#keyOf(event);
      if (key === null) {
        event.row[this.#index] = null;
        continue;
      }
      const same = byEntity.get(key);
      if (same === undefined) byEntity.set(key, [event]);
      else same.push(event);
    }
    const groups = byBucket([...byEntity.keys()], redis.buckets, (key) => bucketOf(key, redis.buckets));
    await allOf(
      groups.map(async ({ bucket, items }) => {
        const commands = await readEntityValues(redis, { bucket, ...this.#keysIn(bucket) }, items);
        const nowMs = clock();
        let at = 0;
        for (const { shared, parts } of commands)
          for (const ofEntity of parts)
            for (const event of byEntity.get(items[at++] as string) as SourceEvent[])
              event.row[this.#index] = this.#read(event, shared, ofEntity, nowMs, counts);
      }),
    );
  }

  #read(
    { eventTimeMs }: SourceEvent,
    shared: Parameters<StoredFeature['read']>[0],
    parts: Parameters<StoredFeature['read']>[1],
    nowMs: number,
    counts: StatusCounts,
  ): Value {
    const feature = this.#feature;
    const status = feature.read(shared, parts, eventTimeMs, nowMs);
    counts[status] = (counts[status] as number) + 1;
    return status === STATUS.DEGRADED && this.enrichment.degraded === 'null' ? null : feature.value;
  }

  #keysIn(bucket: number): StoredKeys {
    const known = this.#keys[bucket];
    if (known !== undefined) return known;
    const made = this.#feature.keysIn(bucket);
    this.#keys[bucket] = made;
    return made;
  }

  #keyOf({ row }: SourceEvent): string | null {
    const values: JoinKeyValue[] = [];
    for (const index of this.#keyIndexes) {
      const value = row[index];
      if (value === null || value === undefined) return null;
      values.push(value);
    }
    return encodeEntityKey(values);
  }
}

function storedFeature({ feature, exactWithinMs }: Enrichment, project: Project): StoredFeature {
  const found = findView(project, feature.view, feature.version);
  switch (found?.kind) {
    case 'aggregation view':
      return new StoredAggregation(found.view, sourceOf(project, found.view), feature.feature, exactWithinMs);
    case 'table view':
      return new StoredTable(found.view, tableSourceOf(project, found.view), feature.feature);
    default:
      throw new ForebayError(
        'internal',
        `the registry holds no stored view "${feature.view}@${feature.version}", which a source is enriched with`,
      );
  }
}
