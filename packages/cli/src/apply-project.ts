import { ForebayError } from '@forebay/contract';
import {
  applyPlan,
  type EventSource,
  encodeRegistry,
  type Plan,
  type Project,
  planChanges,
  type RegistrySnapshot,
  type Rekeying,
  refuseSpread,
  topicsOf,
} from '@forebay/definitions';
import { deadLetterTopic, type EventLog, OUTPUT_TOPIC_CONFIG } from '@forebay/event-log';
import { appendRegistry, applyEventSource, createMetaTables } from '@forebay/offline-store';
import { loadRegistry, publishRegistry } from '@forebay/online-store';
import { recordedRegistry } from './applied-registry';
import { describePlan } from './describe-plan';
import type { Servers } from './servers';

/** The broker writes the time of a record: progress is measured by one clock, not by every producer's. */
const TOPIC_CONFIG = { 'message.timestamp.type': 'LogAppendTime' };

export interface ApplyProjectOptions {
  /** For the log of applies. */
  readonly appliedBy: string;
  /** Whether removals are allowed; they are not if left out. */
  readonly allowDestructive?: boolean;
  /** The wall clock, ms. */
  readonly clock: () => number;
}

export interface AppliedProject {
  readonly plan: Plan;
  readonly snapshot: RegistrySnapshot;
  /** False: this project was applied before, as it is. */
  readonly changed: boolean;
  /** True: Redis had lost the registry, or was behind, and has it again. */
  readonly republished: boolean;
}

/**
 * Makes tables and topics, records the registry in ClickHouse, publishes it in Redis. It can be repeated: what a failed
 * apply left is completed by the next one, and a second apply without a change changes nothing.
 * Throws `invalid_definition` or `destructive_change` before anything is changed, `conflict` when somebody else applies.
 */
export async function applyProject(
  servers: Servers,
  project: Project,
  options: ApplyProjectOptions,
): Promise<AppliedProject> {
  const offline = await servers.offline();
  await createMetaTables(offline);
  const current = await recordedRegistry(servers);
  await checkPublished(servers, current);
  const plan = planChanges(current, project);
  const snapshot = applyPlan(current, project, {
    nowMs: options.clock(),
    appliedBy: options.appliedBy,
    allowDestructive: options.allowDestructive ?? false,
  });
  await prepareSources(servers, project);
  const changed = snapshot !== current;
  if (changed) {
    await appendRegistry(offline, {
      version: snapshot.version,
      appliedAtMs: snapshot.appliedAtMs,
      author: snapshot.appliedBy,
      project: project.name,
      snapshot: encodeRegistry(snapshot),
      summary: describePlan(plan),
    });
  }
  const published = await publishSnapshot(servers, snapshot);
  return { plan, snapshot, changed, republished: published && !changed };
}

/** Archive tables and topics; existing ones keep what they hold. */
async function prepareSources(servers: Servers, project: Project): Promise<void> {
  const offline = await servers.offline();
  await createMetaTables(offline);
  const { admin } = await servers.eventLog();
  for (const source of project.eventSources) {
    await applyEventSource(offline, source);
    let partitions = 0;
    for (const topic of topicsOf(source))
      partitions += (await admin.ensureTopic(topic, { partitions: source.partitions, config: TOPIC_CONFIG }))
        .partitions;
    if (source.rekey === undefined) refuseSpreadViews(project, source, partitions);
    else await ensureInternalTopic(admin, source.rekey);
    await admin.ensureTopic(deadLetterTopic(source.topic), { partitions: 1, config: TOPIC_CONFIG });
  }
  for (const { output } of project.aggregationViews)
    if (output !== undefined)
      await admin.ensureTopic(output.topic, { partitions: output.partitions, config: OUTPUT_TOPIC_CONFIG });
}

/** A topic that was there may have more partitions than are declared. Throws `failed_precondition`. */
function refuseSpreadViews(project: Project, source: EventSource, partitions: number): void {
  for (const view of project.aggregationViews) {
    if (view.source !== source.name || view.stream === null) continue;
    const reason = refuseSpread(source, view.keyFields, partitions);
    if (reason !== null)
      throw new ForebayError(
        'failed_precondition',
        `view "${view.name}", source "${source.name}": ${reason}`,
      );
  }
}

/** It has as many partitions as are declared for ever: a copy of a record must come to the partition of the record. */
async function ensureInternalTopic(admin: EventLog['admin'], rekey: Rekeying): Promise<void> {
  const { partitions } = await admin.ensureTopic(rekey.topic, {
    partitions: rekey.partitions,
    config: TOPIC_CONFIG,
  });
  if (partitions === rekey.partitions) return;
  throw new ForebayError(
    'failed_precondition',
    `topic "${rekey.topic}" has ${partitions} partitions, and ${rekey.partitions} are declared: name another topic in "rekey"`,
  );
}

/** Redis never runs ahead of the log: if it does, the two servers are not of one installation. */
async function checkPublished(servers: Servers, current: RegistrySnapshot | null): Promise<void> {
  const storedVersion = (await loadRegistry(await servers.redis()))?.version ?? 0;
  const version = current?.version ?? 0;
  if (storedVersion <= version) return;
  throw new ForebayError(
    'failed_precondition',
    `redis has registry version ${storedVersion}, but the log in clickhouse ends at ${version}: they belong to different ` +
      'installations, or clickhouse lost its newest records; point FOREBAY_REDIS_URL and FOREBAY_CLICKHOUSE_URL at one installation',
  );
}

/** Publishes in Redis what the log has; false: Redis has it already. */
export async function publishSnapshot(servers: Servers, snapshot: RegistrySnapshot): Promise<boolean> {
  const redis = await servers.redis();
  const storedVersion = (await loadRegistry(redis))?.version ?? 0;
  if (storedVersion >= snapshot.version) return false;
  const registry = { version: snapshot.version, snapshot: encodeRegistry(snapshot) };
  const outcome = await publishRegistry(redis, registry, storedVersion);
  if (outcome.published) return true;
  if (outcome.storedVersion >= snapshot.version) return false;
  throw new ForebayError(
    'conflict',
    `the registry in redis became version ${outcome.storedVersion} at the same moment: apply again`,
  );
}
