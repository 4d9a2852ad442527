/**
 * Jobs of the kind erase: one entity is removed from everywhere (docs/ERASURE.md). First the list of what is erased says so, up to the
 * ends of all topics, and everything before them is waited for in the archive; from then on nobody brings it back. Then its values are
 * replaced by ones that hold nothing, then its rows are deleted, and then it is looked for.
 */
import { randomUUID } from 'node:crypto';
import { ForebayError, type Message, type MessageInput, messageFromJson } from '@forebay/contract';
import { type Project, resolveProject } from '@forebay/definitions';
import type {
  ChunkOutcome,
  ChunkResult,
  Finish,
  JobHandler,
  Payload,
  Plan,
  StepContext,
} from '@forebay/jobs';
import type { ObjectStoreOnDemand } from '@forebay/object-store';
import {
  archivedRowsOf,
  countErasedRows,
  deleteErasedRows,
  type ErasedRows,
  type ErasedSource,
  erasedKeyHash,
  type HeldRecords,
  heldRecordsOf,
  keyedRowsOf,
  recordErased,
  recordErasure,
  servedRowsOf,
} from '@forebay/offline-store';
import type { PlanDependencies } from '../plan-run';
import { publishedSnapshot } from '../registered-view';
import { type CarriedEntity, carriedEntity, partsOfEntity } from './carried-entity';
import { archivedEnds, type Ends, endsOf } from './erased-ends';
import { ErasedValues } from './erased-values';
import { exportedRows } from './exported-rows';
import { heldInTopics } from './held-in-topics';
import { tableRemarks } from './table-remarks';
import type { TopicKeeper } from './topic-keeper';

type Job = Payload<'erase'>;
type ErasePlan = Plan<'erase'>;
type Place = Message<'ErasedPlace'>;
type PlaceInput = MessageInput<'ErasedPlace'>;

export interface EraseDependencies extends PlanDependencies {
  readonly keeper: TopicKeeper;
  /** For training sets that are in one. */
  readonly objects: ObjectStoreOnDemand;
}

/** Rows that were on their way when others were deleted, such as those of the served log, come within seconds. */
const DELETIONS = 5;

export class EraseHandler implements JobHandler<'erase'> {
  readonly #dependencies: EraseDependencies;

  constructor(dependencies: EraseDependencies) {
    this.#dependencies = dependencies;
  }

  async plan(job: Job, { signal }: StepContext): Promise<ErasePlan> {
    const { offline, objects, topics, keeper, clock } = this.#dependencies;
    const project = await this.#project(job);
    const entity = carriedEntity(project, job);
    const erasedAtMs = clock();
    const run = randomUUID();
    const ends = new Map<number, Ends>();
    for (const source of project.eventSources) ends.set(source.id, await endsOf(source, topics));
    const list = async (listed: CarriedEntity) => {
      const keyHash = erasedKeyHash(listed.key);
      const sources = [...sourcesOf(ends), ...project.tableSources.map(withoutEnds)];
      await recordErased(offline, { erasure: run, entity: listed.entity, keyHash, erasedAtMs }, sources);
    };
    await list(entity);
    const readEnds = new Map<number, Ends>();
    for (const { source } of entity.sources)
      readEnds.set(source.id, await archivedEnds(this.#dependencies, source, signal));
    const archived = new Map(
      entity.sources.map(({ source, ways }) => [
        source.id,
        archivedRowsOf(source, ways, entity, ends.get(source.id) as Ends),
      ]),
    );
    const parts = await partsOfEntity(
      offline,
      project,
      entity,
      (source) => archived.get(source.id) as ErasedRows,
    );
    const entities = [{ entity: job.entity, keys: job.keys }, ...parts];
    const all = entities.map((named) => carriedEntity(project, named));
    for (const part of all.slice(1)) await list(part);
    const values = all.map((each) => new ErasedValues(this.#dependencies, project, each));
    for (const each of values)
      for (const [sourceId, ofPairs] of await each.readEndsOfPairs()) readEnds.set(sourceId, ofPairs);
    const records = new Map<number, readonly HeldRecords[]>();
    for (const [sourceId, rows] of archived) records.set(sourceId, await heldRecordsOf(offline, rows));
    const places: PlaceInput[] = [];
    for (const each of values) places.push(...(await each.found()));
    for (const rows of rowsOf(all, ends, erasedAtMs))
      places.push({
        store: 'clickhouse',
        place: rows.table,
        found: await countErasedRows(offline, rows),
      });
    for (const each of all) places.push(...(await tableRemarks(offline, each)));
    places.push(...(await exportedRows(offline, objects, entity, job.exports, signal)));
    return messageFromJson('ErasePlan', {
      run,
      erased_at_ms: erasedAtMs,
      key_hash: erasedKeyHash(entity.key),
      entities,
      places: summedPlaces(places),
      topics: await heldInTopics(keeper, all, records, ends, erasedAtMs),
      sources: [...new Set([...ends.keys(), ...readEnds.keys()])].map((id) => ({
        source_id: id,
        partitions: [...(ends.get(id)?.keys() ?? [])],
        ends: [...(ends.get(id)?.values() ?? [])],
        read_partitions: [...(readEnds.get(id)?.keys() ?? [])],
        read_ends: [...(readEnds.get(id)?.values() ?? [])],
      })),
    });
  }

  async #project({ project }: Pick<Job, 'project'>): Promise<Project> {
    const snapshot = await publishedSnapshot(this.#dependencies.redis);
    if (snapshot === null)
      throw new ForebayError('failed_precondition', 'nothing is applied yet: run "forebay apply FILE" first');
    return resolveProject(snapshot, project);
  }

  /** What follows is done in one order. */
  chunksOf(): number {
    return 1;
  }

  /** What was begun goes on. */
  async isCurrent(): Promise<boolean> {
    return true;
  }

  async #planned(job: Job, { entities }: ErasePlan) {
    const project = await this.#project(job);
    const all = entities.map((named) => carriedEntity(project, named));
    return { all, values: all.map((each) => new ErasedValues(this.#dependencies, project, each)) };
  }

  async runChunk(job: Job, plan: ErasePlan, _: number, { signal }: StepContext): Promise<ChunkOutcome> {
    const { offline } = this.#dependencies;
    const { all, values } = await this.#planned(job, plan);
    const [ends, readEnds] = [endsIn(plan), readEndsIn(plan)];
    for (const each of values) await each.empty(ends, readEnds, plan.erased_at_ms, signal);
    let rows = 0;
    for (const place of rowsOf(all, ends, plan.erased_at_ms)) {
      signal.throwIfAborted();
      const found = await countErasedRows(offline, place);
      if (found > 0) await deleteErasedRows(offline, place);
      rows += found;
    }
    // runs that have read what is deleted now have an older clock
    let emptied = 0;
    for (const each of values) emptied += await each.emptyRunValues(plan.erased_at_ms);
    return { kind: 'done', result: { values: emptied + rows, bytes: 0 } };
  }

  async finish(
    job: Job,
    plan: ErasePlan,
    _: ReadonlyMap<number, ChunkResult>,
    { signal }: StepContext,
  ): Promise<Finish<'erase'>> {
    const { offline, clock } = this.#dependencies;
    const { all, values } = await this.#planned(job, plan);
    const left = new Map<string, number>();
    const add = (place: string, count: number) => left.set(place, (left.get(place) ?? 0) + count);
    // samples and differences that were on their way speak of instants after the erasure began
    for (const rows of rowsOf(all, endsIn(plan), plan.erased_at_ms, clock()))
      add(rows.table, await this.#leftOf(rows, signal));
    for (const each of values)
      for (const [view, parts] of await each.left(readEndsIn(plan))) add(view, parts);
    const result = {
      erasure: plan.run,
      erased_at_ms: plan.erased_at_ms,
      key_hash: plan.key_hash,
      places: plan.places.map((place) => ({ ...place, left: left.get(place.place) ?? place.left })),
      topics: plan.topics,
      duration_ms: clock() - plan.erased_at_ms,
      warnings: plan.places.flatMap((place) => warningOf(place, left)),
    };
    await recordErasure(offline, {
      erasure: plan.run,
      project: job.project,
      entity: job.entity,
      keyHash: plan.key_hash,
      erasedAtMs: plan.erased_at_ms,
      finishedAtMs: clock(),
      requestedBy: job.requested_by,
      reason: job.reason,
      report: JSON.stringify(result),
    });
    return { kind: 'done', result };
  }

  async #leftOf(rows: ErasedRows, signal: AbortSignal): Promise<number> {
    const { offline } = this.#dependencies;
    for (let again = 0; again < DELETIONS; again++) {
      signal.throwIfAborted();
      if ((await countErasedRows(offline, rows)) === 0) return 0;
      await deleteErasedRows(offline, rows);
    }
    return countErasedRows(offline, rows);
  }

  /** What is on the list stays on it: whoever lets the job go on goes on from there. */
  async failed(): Promise<void> {}
}

function warningOf({ place, store }: Place, left: ReadonlyMap<string, number>): string[] {
  const count = left.get(place) ?? 0;
  return count === 0 ? [] : [`${store} "${place}" still has ${count}: run the erasure again`];
}

/** Each place once. */
function summedPlaces(places: readonly PlaceInput[]): PlaceInput[] {
  const summed = new Map<string, PlaceInput>();
  for (const place of places) {
    const label = `${place.store} ${place.place}`;
    const known = summed.get(label);
    const sum = (name: 'found' | 'left') => Number(known?.[name] ?? 0) + Number(place[name] ?? 0);
    summed.set(label, { ...place, found: sum('found'), left: sum('left') });
  }
  return [...summed.values()];
}

function sourcesOf(ends: ReadonlyMap<number, Ends>): ErasedSource[] {
  return [...ends].map(([sourceId, ofSource]) => ({ sourceId, ends: ofSource }));
}

const withoutEnds = ({ id }: { readonly id: number }): ErasedSource => ({ sourceId: id, ends: new Map() });

/**
 * Events and what was served of parts are the entity's.
 *
 * @param keyedUntilMs up to when rows go that know the entities by their keys
 */
function rowsOf(
  [entity, ...parts]: readonly CarriedEntity[],
  ends: ReadonlyMap<number, Ends>,
  erasedAtMs: number,
  keyedUntilMs = erasedAtMs,
): readonly ErasedRows[] {
  if (entity === undefined) return [];
  const archives = entity.sources.map(({ source, ways }) =>
    archivedRowsOf(source, ways, entity, ends.get(source.id) ?? new Map()),
  );
  const keyed = [entity, ...parts].flatMap((each) =>
    keyedRowsOf({ ...each, erasedAtMs: keyedUntilMs }, [...each.aggregationViews, ...each.tableViews]),
  );
  return [...archives, ...servedRowsOf({ ...entity, erasedAtMs }), ...keyed];
}

function endsIn({ sources }: ErasePlan): ReadonlyMap<number, Ends> {
  return new Map(sources.map(({ source_id: id, partitions, ends }) => [id, zipped(partitions, ends)]));
}

function readEndsIn({ sources }: ErasePlan): ReadonlyMap<number, Ends> {
  return new Map(
    sources.map(({ source_id: id, read_partitions: partitions, read_ends: ends }) => [
      id,
      zipped(partitions, ends),
    ]),
  );
}

function zipped(partitions: readonly number[], ends: readonly number[]): Ends {
  return new Map(partitions.map((partition, i) => [partition, ends[i] as number]));
}
