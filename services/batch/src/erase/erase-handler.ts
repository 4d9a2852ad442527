/**
 * Jobs of the kind erase: one entity is removed from everywhere (docs/ERASURE.md). First the list of what is erased says so, up to the
 * ends of all topics, and everything before them is waited for in the archive; from then on nobody brings it back. Then its values are
 * replaced by ones that hold nothing, then its rows are deleted, and then it is looked for.
 */
import { randomUUID } from 'node:crypto';
import { ForebayError, type Message, type MessageInput, messageFromJson } from '@forebay/contract';
import { type EventSource, type Project, resolveProject } from '@forebay/definitions';
import type {
  ChunkOutcome,
  ChunkResult,
  Finish,
  JobHandler,
  Payload,
  Plan,
  StepContext,
} from '@forebay/jobs';
import {
  archivedRowsOf,
  countErasedRows,
  deleteErasedRows,
  type ErasedRows,
  type ErasedSource,
  erasedKeyHash,
  type HeldRecords,
  heldRecordsOf,
  ownRowsOf,
  recordErased,
  recordErasure,
} from '@forebay/offline-store';
import type { PlanDependencies } from '../plan-run';
import { publishedSnapshot } from '../registered-view';
import { type CarriedEntity, carriedEntity } from './carried-entity';
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
}

/** Rows that were on their way when others were deleted, such as those of the served log, come within seconds. */
const DELETIONS = 5;

export class EraseHandler implements JobHandler<'erase'> {
  readonly #dependencies: EraseDependencies;

  constructor(dependencies: EraseDependencies) {
    this.#dependencies = dependencies;
  }

  async plan(job: Job, { signal }: StepContext): Promise<ErasePlan> {
    const { offline, topics, keeper, clock } = this.#dependencies;
    const project = await this.#project(job);
    const entity = carriedEntity(project, job);
    const erasedAtMs = clock();
    const keyHash = erasedKeyHash(entity.key);
    const run = randomUUID();
    const erasure = { erasure: run, entity: entity.entity, keyHash, erasedAtMs };
    const ends = new Map<number, Ends>();
    for (const source of project.eventSources) ends.set(source.id, await endsOf(source, topics));
    await recordErased(offline, erasure, [...sourcesOf(ends), ...project.tableSources.map(withoutEnds)]);
    const readEnds = new Map<number, Ends>();
    for (const { source } of entity.sources)
      readEnds.set(source.id, await archivedEnds(this.#dependencies, source, signal));
    const values = new ErasedValues(this.#dependencies, project, entity);
    for (const [sourceId, ofPairs] of await values.readEndsOfPairs()) readEnds.set(sourceId, ofPairs);
    const records = new Map<number, readonly HeldRecords[]>();
    for (const { source, ways } of entity.sources)
      records.set(
        source.id,
        await heldRecordsOf(offline, archivedRowsOf(source, ways, entity, ends.get(source.id) as Ends)),
      );
    return messageFromJson('ErasePlan', {
      run,
      erased_at_ms: erasedAtMs,
      key_hash: keyHash,
      places: [
        ...(await values.found()),
        ...(await this.#rowsFound(entity, ends, erasedAtMs)),
        ...(await tableRemarks(offline, entity)),
        ...(await exportedRows(offline, entity, job.exports, signal)),
      ],
      topics: await heldInTopics(keeper, entity, records, ends, erasedAtMs),
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

  async #rowsFound(
    entity: CarriedEntity,
    ends: ReadonlyMap<number, Ends>,
    erasedAtMs: number,
  ): Promise<PlaceInput[]> {
    const places: PlaceInput[] = [];
    for (const rows of rowsOf(entity, ends, erasedAtMs))
      places.push({
        store: 'clickhouse',
        place: rows.table,
        found: await countErasedRows(this.#dependencies.offline, rows),
      });
    return places;
  }

  /** What follows is done in one order. */
  chunksOf(): number {
    return 1;
  }

  /** What was begun goes on. */
  async isCurrent(): Promise<boolean> {
    return true;
  }

  async runChunk(job: Job, plan: ErasePlan, _: number, { signal }: StepContext): Promise<ChunkOutcome> {
    const { offline } = this.#dependencies;
    const project = await this.#project(job);
    const entity = carriedEntity(project, job);
    const values = new ErasedValues(this.#dependencies, project, entity);
    await values.empty(endsIn(plan), readEndsIn(plan), plan.erased_at_ms, signal);
    let rows = 0;
    for (const place of rowsOf(entity, endsIn(plan), plan.erased_at_ms)) {
      signal.throwIfAborted();
      const found = await countErasedRows(offline, place);
      if (found > 0) await deleteErasedRows(offline, place);
      rows += found;
    }
    // runs that have read what is deleted now have an older clock
    const emptied = await values.emptyRunValues(plan.erased_at_ms);
    return { kind: 'done', result: { values: emptied + rows, bytes: 0 } };
  }

  async finish(
    job: Job,
    plan: ErasePlan,
    _: ReadonlyMap<number, ChunkResult>,
    { signal }: StepContext,
  ): Promise<Finish<'erase'>> {
    const { offline, clock } = this.#dependencies;
    const project = await this.#project(job);
    const entity = carriedEntity(project, job);
    const left = new Map<string, number>();
    for (const rows of rowsOf(entity, endsIn(plan), plan.erased_at_ms))
      left.set(rows.table, await this.#leftOf(rows, signal));
    for (const [view, parts] of await new ErasedValues(this.#dependencies, project, entity).left(
      readEndsIn(plan),
    ))
      left.set(view, parts);
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

function sourcesOf(ends: ReadonlyMap<number, Ends>): ErasedSource[] {
  return [...ends].map(([sourceId, ofSource]) => ({ sourceId, ends: ofSource }));
}

const withoutEnds = ({ id }: { readonly id: number }): ErasedSource => ({ sourceId: id, ends: new Map() });

function rowsOf(
  entity: CarriedEntity,
  ends: ReadonlyMap<number, Ends>,
  erasedAtMs: number,
): readonly ErasedRows[] {
  const archives = entity.sources.map(
    ({ source, ways }: { source: EventSource; ways: Parameters<typeof archivedRowsOf>[1] }) =>
      archivedRowsOf(source, ways, entity, ends.get(source.id) ?? new Map()),
  );
  const views = [...entity.aggregationViews, ...entity.tableViews];
  return [...archives, ...ownRowsOf({ ...entity, erasedAtMs }, views)];
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
