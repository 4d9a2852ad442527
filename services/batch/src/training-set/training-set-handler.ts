/** Jobs of the kind training_set: rows are staged once, and every chunk makes a file of some of them, in their order. */
import { randomUUID } from 'node:crypto';
import { ForebayError, type Message, messageFromJson } from '@forebay/contract';
import {
  definitionName,
  featuresOfVariant,
  type Project,
  resolveFeatureService,
  resolveProject,
} from '@forebay/definitions';
import type {
  ChunkContext,
  ChunkOutcome,
  Finish,
  JobHandler,
  JobReference,
  Payload,
  Plan,
  StepContext,
} from '@forebay/jobs';
import type { ObjectStoreOnDemand } from '@forebay/object-store';
import { type OfflineStore, quoteName, recordExport } from '@forebay/offline-store';
import type { RedisConnection } from '@forebay/online-store';
import {
  isRowsTable,
  makeTrainingSet,
  newRowsTable,
  type RowRange,
  rowRangeSql,
  servedRows,
  stageRows,
  writeServedRange,
} from '@forebay/training-set';
import { faultPoint } from '../fault-points';
import { publishedSnapshot } from '../registered-view';
import { manifestOf } from './manifest';
import { setPlace } from './set-place';
import { type PartFacts, type PartReceipt, type PartTarget, SetRecord, sha256OfBytes } from './set-record';

type Job = Payload<'training_set'>;
type TrainingPlan = Plan<'training_set'>;

/** A pass over the events costs the same for ten rows as for a million. */
const ROWS_PER_FILE = 1_000_000;

export interface TrainingSetDependencies {
  readonly offline: OfflineStore;
  /** Of the registry. */
  readonly redis: RedisConnection;
  /** For training sets that are written to one. */
  readonly objects: ObjectStoreOnDemand;
  readonly clock: () => number;
}

type ComputedFacts = Omit<PartFacts, 'run'>;

interface Chosen {
  readonly featureService: string;
  readonly features: readonly Message<'TrainingSetFeature'>[];
  readonly query: string;
  readonly servedColumns: readonly string[];
}

export class TrainingSetHandler implements JobHandler<'training_set'> {
  readonly #dependencies: TrainingSetDependencies;

  constructor(dependencies: TrainingSetDependencies) {
    this.#dependencies = dependencies;
  }

  async plan(job: Job, { job: own, signal }: StepContext): Promise<TrainingPlan> {
    const { offline, clock } = this.#dependencies;
    const runClockMs = clock();
    const chosen = await this.#choose(job);
    const run = randomUUID();
    await (await this.#record(job)).claim({ job: nameOf(own), run });
    const table = newRowsTable();
    const rows = await stageRows(offline, { query: chosen.query }, table, undefined, signal);
    faultPoint('run-planned');
    return messageFromJson('TrainingSetPlan', {
      run,
      run_clock_ms: runClockMs,
      table,
      rows_sql: rows.rowsSql,
      rows: rows.count,
      rows_per_file: job.rows_per_file || ROWS_PER_FILE,
      features: chosen.features,
      feature_service: chosen.featureService,
      served_columns: chosen.servedColumns,
    });
  }

  /** Throws what a wrong request is refused with. */
  async #choose(job: Job): Promise<Chosen> {
    const { offline, redis } = this.#dependencies;
    const snapshot = await publishedSnapshot(redis);
    if (snapshot === null)
      throw new ForebayError('failed_precondition', 'nothing is applied yet: run "forebay apply FILE" first');
    const project = resolveProject(snapshot, job.project);
    const service =
      job.feature_service === '' ? null : resolveFeatureService(snapshot, job.project, job.feature_service);
    if (job.from_served_log) {
      if (service === null)
        throw new ForebayError(
          'invalid_request',
          'a training set from the log of served vectors needs a feature service',
        );
      featuresOfVariant(service, job.variant || null);
      const { query, features } = await servedRows(offline, {
        project,
        featureService: definitionName(service),
        variant: job.variant || null,
        fromMs: job.from_ms === 0 ? null : job.from_ms,
        toMs: job.to_ms === 0 ? null : job.to_ms,
        knownAsOfMs: job.has_known_as_of ? job.known_as_of_ms : null,
        withStatuses: true,
      });
      return {
        query,
        features: features.map(({ view, version, feature }) => ({ view, version, feature })),
        featureService: definitionName(service),
        servedColumns: features.map(({ column }) => column),
      };
    }
    if (job.rows_query === '')
      throw new ForebayError('invalid_request', 'the training set has no rows: give rows_query');
    const features = service === null ? job.features : featuresOfVariant(service, job.variant || null);
    if (features.length === 0)
      throw new ForebayError(
        'invalid_request',
        'the training set has no features: give a feature service, or features',
      );
    return {
      query: job.rows_query,
      features: features.map(({ view, version, feature }) => ({ view, version, feature })),
      featureService: service === null ? '' : definitionName(service),
      servedColumns: [],
    };
  }

  /** One at least: a training set without rows has its columns. */
  chunksOf({ rows, rows_per_file: perFile }: TrainingPlan): number {
    return Math.max(1, Math.ceil(rows / perFile));
  }

  /** Its rows are still there, or it is whole. */
  async isCurrent(job: Job, { run, table }: TrainingPlan): Promise<boolean> {
    const record = await this.#record(job);
    if ((await record.holder())?.run !== run) return false;
    if ((await record.manifest()) !== null) return true;
    const [found] = await this.#dependencies.offline.rows<{ result: number }>(
      `EXISTS TABLE ${quoteName(table)}`,
    );
    return found?.result === 1;
  }

  async runChunk(job: Job, plan: TrainingPlan, chunk: number, context: ChunkContext): Promise<ChunkOutcome> {
    const record = await this.#record(job);
    const held = await record.holder();
    if (held?.run !== plan.run)
      throw new ForebayError(
        'failed_precondition',
        `training set "${job.out}": the place that the run has begun is not there for this machine, or is empty; give all batch services the same directory, or object store`,
      );
    const made = await record.receipt(chunk, plan.run);
    if (made !== null)
      return { kind: 'done', result: { values: made.rows, bytes: made.bytes, was_done: true } };
    const first = chunk * plan.rows_per_file;
    const range = { first, count: Math.min(plan.rows_per_file, plan.rows - first) };
    const part = record.newPart(chunk);
    const facts = job.from_served_log
      ? await this.#writeServed(job, plan, range, part, context)
      : await this.#compute(job, plan, range, part, context);
    const { rows, bytes } = await record.finishPart(chunk, part, { ...facts, run: plan.run });
    faultPoint('receipts-written');
    return { kind: 'done', result: { values: rows, bytes } };
  }

  async #writeServed(
    job: Job,
    { rows_sql: rowsSql, served_columns: features }: TrainingPlan,
    range: RowRange,
    part: PartTarget,
    { signal }: ChunkContext,
  ): Promise<ComputedFacts> {
    const { offline } = this.#dependencies;
    const staged = { rowsSql, features, withStatuses: job.statuses };
    const { statuses, columns } = await writeServedRange(offline, staged, range, part, signal);
    return { rows: range.count, statuses, columns };
  }

  async #compute(
    job: Job,
    plan: TrainingPlan,
    range: RowRange,
    part: PartTarget,
    { signal, report }: ChunkContext,
  ): Promise<ComputedFacts> {
    const { offline } = this.#dependencies;
    const { rows, statuses, columns } = await makeTrainingSet(offline, {
      project: await this.#project(job),
      features: plan.features,
      rows: { query: rowRangeSql(plan.rows_sql, range) },
      out: part,
      timestampColumn: job.timestamp_column || null,
      columns: Object.fromEntries(job.columns.map(({ name, column }) => [name, column])),
      knownAsOfMs: job.has_known_as_of ? job.known_as_of_ms : null,
      withStatuses: job.statuses,
      threads: 1, // chunks run beside each other
      isReproducible: true,
      onProgress: (share) => report({ values: Math.floor(share * range.count), bytes: 0 }),
      signal,
    });
    return { rows, statuses, columns };
  }

  async #record({ out }: Job): Promise<SetRecord> {
    return new SetRecord(await setPlace(out, this.#dependencies.objects));
  }

  async #project({ project }: Job): Promise<Project> {
    const snapshot = await publishedSnapshot(this.#dependencies.redis);
    if (snapshot !== null) return resolveProject(snapshot, project);
    throw new ForebayError('unavailable', 'redis has no registry; "forebay apply" brings it back');
  }

  async finish(job: Job, plan: TrainingPlan): Promise<Finish<'training_set'>> {
    const { clock } = this.#dependencies;
    const record = await this.#record(job);
    let manifest = await record.manifest();
    if (manifest === null) {
      const parts: PartReceipt[] = [];
      const missing: number[] = [];
      for (let chunk = 0; chunk < this.chunksOf(plan); chunk++) {
        const receipt = await record.receipt(chunk, plan.run);
        if (receipt === null) missing.push(chunk);
        else parts.push(receipt);
      }
      if (missing.length > 0) return { kind: 'again', chunks: missing };
      manifest = await record.writeManifest(manifestOf(await this.#project(job), job, plan, parts));
    }
    await record.tidy();
    await this.#drop(plan.table);
    await this.#drop(job.rows_table);
    const sha256 = sha256OfBytes(manifest);
    // who erases an entity looks for it there
    await recordExport(this.#dependencies.offline, {
      project: job.project,
      directory: job.out,
      manifestSha256: sha256,
      rows: plan.rows,
      madeAtMs: clock(),
    });
    const { files } = JSON.parse(manifest.toString()) as ReturnType<typeof manifestOf>;
    return {
      kind: 'done',
      result: {
        out: job.out,
        rows: plan.rows,
        files: files.length,
        bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
        manifest_sha256: sha256,
        duration_ms: clock() - plan.run_clock_ms,
        warnings: plan.rows === 0 ? ['the rows are none: the training set has its columns only'] : [],
      },
    };
  }

  async #drop(table: string): Promise<void> {
    if (isRowsTable(table))
      await this.#dependencies.offline.command(`DROP TABLE IF EXISTS ${quoteName(table)} SYNC`);
  }

  /** What is finished stays for whoever lets the job go on. */
  async failed(): Promise<void> {}
}

/** `training_set/12`. */
function nameOf({ kind, id }: JobReference): string {
  return `${kind}/${id}`;
}
