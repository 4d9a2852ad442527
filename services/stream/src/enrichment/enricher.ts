/**
 * Fills the looked-up fields of events. What was used for an event once is used for it always: it is archived before any value that
 * was made with it is stored, and an event that is read again takes its fields from the archive.
 */
import { ForebayError } from '@forebay/contract';
import { type EventSource, type Field, type Project, recordFields } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { archivedEnds, archivedFields, type OfflineStore } from '@forebay/offline-store';
import type { RedisConnection } from '@forebay/online-store';
import type { EventChunk, SourceEvent } from '../event-chunk';
import { faultPoint } from '../fault-points';
import { LookedUpField, newStatusCounts, type StatusCounts } from './looked-up-field';

/** Fields are asked of the archive for so many offsets at once: each time it looks through the newest positions. */
const READ_AHEAD_OFFSETS = 50_000;

export interface EnricherOptions {
  readonly source: EventSource;
  /** It has the views that the source is enriched with. */
  readonly project: Project;
  readonly redis: RedisConnection;
  readonly offline: OfflineStore;
  readonly clock: () => number;
  /** Called for each chunk and field; `archived`: events whose field was there already. */
  readonly onLookedUp?: (field: string, counts: StatusCounts, archived: number) => void;
  /** Whoever reads beside the source's common reading looks nothing up: it waits until the archive holds what that has used. */
  readonly onlyArchived?: boolean;
}

type FieldsByOffset = ReadonlyMap<number, readonly Value[]>;

interface ReadAhead {
  readonly from: number;
  readonly to: number;
  readonly fields: FieldsByOffset;
}

const NOTHING: FieldsByOffset = new Map();

export class Enricher {
  readonly #options: EnricherOptions;
  readonly #lookUps: readonly LookedUpField[];
  readonly #fields: readonly Field[];
  /** Index of the first of them in a row. */
  readonly #first: number;
  /** By partition: the end of what any row of the archive speaks of. */
  #archived: ReadonlyMap<number, number> = new Map();
  readonly #ahead = new Map<number, ReadAhead>();
  /** What was looked up and may not be in the archive yet, by partition and offset. */
  readonly #used = new Map<number, Map<number, readonly Value[]>>();
  #claim = 0;
  /** Of the chunk that is being filled. */
  readonly #counts = new Map<LookedUpField, StatusCounts>();

  constructor(options: EnricherOptions) {
    const { source, project } = options;
    this.#options = options;
    this.#lookUps = (source.enrichments ?? []).map(
      (enrichment) => new LookedUpField(enrichment, source, project),
    );
    this.#first = recordFields(source).length;
    this.#fields = source.fields.slice(this.#first);
  }

  /**
   * Call it before partitions are read (again): by what is archived now, events keep their fields. Returns the claim of what is
   * looked up from now on: higher than that of whoever read the partitions before, who may not know yet that it does no more.
   */
  async begin(): Promise<number> {
    const { offline, source, clock } = this.#options;
    this.#ahead.clear();
    this.#archived = await archivedEnds(offline, source);
    this.#claim = Math.max(this.#claim + 1, clock());
    return this.#claim;
  }

  /** Fills the fields of the events. Throws when the store or the archive cannot be read. */
  async enrich(chunk: EventChunk): Promise<void> {
    const { partition } = chunk;
    const archived = await this.#archivedOf(chunk);
    const used = this.#usedOf(partition);
    const missing: SourceEvent[] = [];
    for (const event of chunk.events) {
      // it was read from the archive as a whole
      if (event.row.length > this.#first) continue;
      const fields = archived.get(event.offset) ?? used.get(event.offset);
      if (fields === undefined) missing.push(event);
      else for (let i = 0; i < fields.length; i++) event.row[this.#first + i] = fields[i] as Value;
    }
    if (missing.length > 0) {
      await this.#lookUp(partition, missing);
      faultPoint('fields-looked-up');
    }
    for (const event of missing)
      used.set(event.offset, event.row.slice(this.#first, this.#first + this.#fields.length));
    this.#tell(chunk.events.length - missing.length);
  }

  async #lookUp(partition: number, events: readonly SourceEvent[]): Promise<void> {
    const { redis, clock, onlyArchived = false, source } = this.#options;
    if (onlyArchived) {
      throw new ForebayError(
        'unavailable',
        `source "${source.name}", partition ${partition}: offset ${events[0]?.offset} is not in the archive yet, and its fields are known there`,
      );
    }
    await Promise.all(
      this.#lookUps.map((field) => {
        const counts = newStatusCounts();
        this.#counts.set(field, counts);
        return field.lookUp(events, redis, clock, counts);
      }),
    );
  }

  #tell(archived: number): void {
    for (const field of this.#lookUps)
      this.#options.onLookedUp?.(
        field.enrichment.field,
        this.#counts.get(field) ?? newStatusCounts(),
        archived,
      );
    this.#counts.clear();
  }

  /** Everything that was looked up so far is in the archive. */
  settle(): void {
    for (const used of this.#used.values()) used.clear();
  }

  #usedOf(partition: number): Map<number, readonly Value[]> {
    const known = this.#used.get(partition);
    if (known !== undefined) return known;
    const made = new Map<number, readonly Value[]>();
    this.#used.set(partition, made);
    return made;
  }

  async #archivedOf({ partition, firstOffset, nextOffset }: EventChunk): Promise<FieldsByOffset> {
    const { offline, source } = this.#options;
    if (this.#options.onlyArchived && nextOffset > (this.#archived.get(partition) ?? 0)) await this.begin();
    const end = this.#archived.get(partition) ?? 0;
    if (firstOffset >= end) {
      this.#ahead.delete(partition);
      return NOTHING;
    }
    const known = this.#ahead.get(partition);
    if (known !== undefined && known.from <= firstOffset && Math.min(nextOffset, end) <= known.to)
      return known.fields;
    const range = {
      partition,
      from: firstOffset,
      to: Math.min(end, Math.max(nextOffset, firstOffset + READ_AHEAD_OFFSETS)),
    };
    const fields = await archivedFields(offline, source, this.#fields, range);
    this.#ahead.set(partition, { ...range, fields });
    return fields;
  }
}
