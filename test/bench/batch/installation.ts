/** Servers with an archive of payments and a table of users, and a batch service that computes their values. */
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  applyProject,
  chooseViews,
  loadIntoSource,
  queueRuns,
  type RunningService,
  type RunningServices,
  readCliConfiguration,
  Servers,
  type ServiceName,
  startServices,
  waitForRuns,
} from '@forebay/cli';
import { DAY_MS, floorTo, HOUR_MS } from '@forebay/contract';
import { compileProject, definitionName, type Project, type RegistrySnapshot } from '@forebay/definitions';
import type { Result } from '@forebay/jobs';
import { type LocalStack, startLocalStack } from '@forebay/local-stack';
import { quoteName } from '@forebay/offline-store';
import type { Environment } from '@forebay/service-kit';
import { batchProject, COLUMN_NAMES, PROFILES_TABLE } from './declared';

const SPAN_MS = 30 * DAY_MS;
const LOADED_BEFORE_MS = 2 * HOUR_MS;
const RUN_WITHIN_MS = 900_000;

export interface BatchSize {
  /** Users; each has a value in both views. */
  readonly entities: number;
  readonly eventsOfEach: number;
}

export interface BatchInstallation {
  readonly stack: LocalStack;
  readonly servers: Servers;
  readonly project: Project;
  readonly snapshot: RegistrySnapshot;
  readonly size: BatchSize;
  /** Event time up to which all payments are archived. */
  readonly completeUntilMs: number;
  /** Its addresses, as services and the CLI are given them. */
  readonly environment: Environment;
  /** Runs with the installation's addresses, and with settings of their own; stopped with the installation. */
  start(
    services: readonly ServiceName[],
    settings?: Readonly<Record<string, string>>,
  ): Promise<RunningServices>;
  /** The batch service, which is started when it is first asked for. */
  worker(): Promise<RunningService>;
  /** Queues a run of a view (`name@version`) that writes all of its values, and waits for its end. */
  materialize(view: string): Promise<Result<'materialize'>>;
}

/** Leaves no process and no file behind, whatever happens. */
export async function withBatch(
  size: BatchSize,
  work: (installation: BatchInstallation) => Promise<void>,
): Promise<void> {
  const stack = await startLocalStack({ homeDir: resolve('.forebay') });
  const servers = new Servers(readCliConfiguration({ ...process.env, ...stack.environment() }));
  const started: RunningServices[] = [];
  const environment: Environment = { ...process.env, ...stack.environment() };
  const start: BatchInstallation['start'] = async (services, settings = {}) => {
    const running = await startServices({
      environment: { ...environment, ...settings },
      services,
      log: () => {},
    });
    started.push(running);
    return running;
  };
  try {
    const declared = compileProject(batchProject());
    const { snapshot } = await applyProject(servers, declared, { appliedBy: 'bench', clock: Date.now });
    const project = snapshot.projects[0] as Project;
    // before what may still come late, so that a run's cut is where the stream begins
    const completeUntilMs = floorTo(Date.now(), HOUR_MS) - LOADED_BEFORE_MS;
    await archivePayments(servers, project, size, completeUntilMs);
    await fillProfiles(servers, size, completeUntilMs);
    let worker: Promise<RunningServices> | null = null;
    const services = () => {
      worker ??= start(['batch']);
      return worker;
    };
    await work({
      stack,
      servers,
      project,
      snapshot,
      size,
      completeUntilMs,
      environment,
      start,
      worker: async () => (await services()).services.batch as RunningService,
      async materialize(view) {
        await services();
        return materialize(servers, snapshot, project, view);
      },
    });
  } finally {
    await Promise.allSettled(started.map((services) => services.stop()));
    await servers.close();
    await stack.stop();
  }
}

async function materialize(
  servers: Servers,
  snapshot: RegistrySnapshot,
  project: Project,
  view: string,
): Promise<Result<'materialize'>> {
  const isTable = project.tableViews.some((table) => definitionName(table) === view);
  const chosen = chooseViews(snapshot, project, { views: [view], cutMs: null, full: isTable });
  const runs = await queueRuns(await servers.queue(), project, chosen, {
    cutMs: null,
    full: isTable,
    requestedBy: 'bench',
  });
  const [run] = await waitForRuns(runs, { timeoutMs: RUN_WITHIN_MS });
  if (run?.state !== 'done') throw new Error(run?.error ?? 'no run was queued');
  return run;
}

/** Every user has as many payments as another, spread evenly over 30 days before the end of the load. */
async function archivePayments(
  servers: Servers,
  project: Project,
  { entities, eventsOfEach }: BatchSize,
  completeUntilMs: number,
): Promise<void> {
  const source = project.eventSources[0]!;
  const offline = await servers.offline();
  const directory = mkdtempSync(join(tmpdir(), 'forebay-bench-'));
  const file = join(directory, 'payments.parquet');
  try {
    const { bytes } = await offline.stream(PAYMENTS_SQL, {
      events: entities * eventsOfEach,
      entities,
      from: completeUntilMs - SPAN_MS,
      span: SPAN_MS,
    });
    await pipeline(bytes, createWriteStream(file));
    await loadIntoSource(servers, project, source, {
      file,
      format: 'Parquet',
      completeUntilMs,
      clock: Date.now,
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
  // as an archive is after a while
  await offline.command(`OPTIMIZE TABLE ${quoteName(source.table)} FINAL`);
}

const PAYMENTS_SQL = `
  SELECT fromUnixTimestamp64Milli({from:Int64} + toInt64(cityHash64(number, 1) % {span:UInt64}), 'UTC') AS time,
    concat('user-', toString(number % {entities:UInt64})) AS user,
    round(100 * pow(cityHash64(number, 3) / 18446744073709551616., 3), 2) AS amount
  FROM numbers({events:UInt64}) FORMAT Parquet`;

async function fillProfiles(servers: Servers, { entities }: BatchSize, atMs: number): Promise<void> {
  const offline = await servers.offline();
  const table = quoteName(PROFILES_TABLE);
  const columns = COLUMN_NAMES.map((name) => `${name} Float64`);
  await offline.command(
    `CREATE TABLE ${table} (user String, at DateTime64(3, 'UTC'), ${columns.join(', ')}) ENGINE = MergeTree ORDER BY user`,
  );
  const values = COLUMN_NAMES.map((_, i) => `cityHash64(number, ${i}) / 18446744073709551616.`);
  await offline.command(
    `INSERT INTO ${table} SELECT concat('user-', toString(number)), fromUnixTimestamp64Milli({at:Int64}, 'UTC'), ${values.join(', ')}
     FROM numbers({entities:UInt64})`,
    { entities, at: atMs - 2 * DAY_MS },
  );
  await offline.command(`OPTIMIZE TABLE ${table} FINAL`);
}
