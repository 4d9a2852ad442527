import { userInfo } from 'node:os';
import { ForebayError } from '@forebay/contract';
import { applyPlan, encodeRegistry, hasChanges, planChanges, type Project, type RegistrySnapshot } from '@forebay/definitions';
import { appendRegistry, applyEventSource, createMetaTables } from '@forebay/offline-store';
import { publishRegistry } from '@forebay/online-store';
import type { CommandContext } from '../context';
import { loadProject } from '../definition-file';
import { currentRegistry } from '../registry';
import { describePlan } from './plan';

/** Records arrive late or early by the broker's clock, so the broker writes it. */
const TOPIC_CONFIGURATION = { 'message.timestamp.type': 'LogAppendTime' };

/** Makes tables and topics, records the new registry, publishes it. A second apply without a change changes nothing. */
export async function applyCommand(context: CommandContext, file: string, options: { allowDestructive?: boolean }): Promise<void> {
  const project = await loadProject(file);
  const offline = await context.offline();
  await createMetaTables(offline);
  const { snapshot, publishedVersion } = await currentRegistry(context);
  const plan = planChanges(snapshot, project);
  const next = applyPlan(snapshot, project, { nowMs: Date.now(), appliedBy: userInfo().username, allowDestructive: options.allowDestructive ?? false });
  const changed = snapshot === null || next.version !== snapshot.version;
  await prepareServers(context, project);
  if (changed) {
    await appendRegistry(offline, {
      version: next.version,
      appliedAtMs: next.appliedAtMs,
      author: next.appliedBy,
      project: project.name,
      snapshot: encodeRegistry(next),
      summary: describePlan(plan),
    });
  }
  if (publishedVersion !== next.version) await publish(context, next, publishedVersion);
  const text = changed ? `${describePlan(plan)}\napplied as registry version ${next.version}` : `project "${project.name}": no changes (registry version ${next.version})`;
  context.output.result({ project: project.name, version: next.version, changed: changed && hasChanges(plan), plan }, text);
}

async function prepareServers(context: CommandContext, project: Project): Promise<void> {
  const offline = await context.offline();
  const eventLog = await context.eventLog();
  for (const source of project.eventSources) {
    await applyEventSource(offline, source);
    await eventLog.admin.ensureTopic(source.topic, { partitions: source.partitions, configuration: TOPIC_CONFIGURATION });
    await eventLog.admin.ensureTopic(`${source.topic}.dlq`, { partitions: 1, configuration: {} });
  }
}

async function publish(context: CommandContext, next: RegistrySnapshot, expectedVersion: number): Promise<void> {
  const outcome = await publishRegistry(await context.redis(), { version: next.version, snapshot: encodeRegistry(next) }, expectedVersion);
  if (!outcome.published && outcome.storedVersion < next.version) {
    throw new ForebayError('conflict', `the registry in redis changed to version ${outcome.storedVersion} at the same moment; apply again`);
  }
}
