import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import {
  connect,
  type FeatureClient,
  type OnlineFeatures,
  type OnlineFeaturesRequest,
} from '@forebay/client';
import { ForebayError, formatInstant } from '@forebay/contract';
import { entitiesOf, type RegistrySnapshot, resolveFeatureService, resolveView } from '@forebay/definitions';
import { chooseProject, publishedRegistry } from '../applied-registry';
import type { FeatureArgument } from '../arguments';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { featureText } from '../feature-text';
import { type JoinKey, typedKeys } from '../join-keys';
import { readJsonLines } from '../json-lines';
import { readableDuration } from '../readable';

export interface GetOptions {
  readonly project?: string;
  readonly service?: string;
  readonly features?: readonly FeatureArgument[];
  readonly key?: Readonly<Record<string, readonly string[]>>;
  readonly rows?: string;
  readonly address?: string;
  readonly timeout?: number;
}

const DEFAULT_TIMEOUT_MS = 5_000;

type Selection =
  | Omit<Extract<OnlineFeaturesRequest, { featureService: string }>, 'keys'>
  | Omit<Extract<OnlineFeaturesRequest, { featureService?: undefined }>, 'keys'>;

export async function getCommand(context: CommandContext, options: GetOptions): Promise<ExitCode> {
  const address = options.address ?? context.configuration.servingAddress;
  const deadlineMs = options.timeout ?? DEFAULT_TIMEOUT_MS;
  const client = connect({ address, deadlineMs });
  try {
    const given = options.rows === undefined ? (options.key ?? {}) : await rowsOfFile(options.rows);
    await client.waitForReady(deadlineMs);
    const { selection, joinKeys } = await select(context, client, options);
    const keys = typedKeys(joinKeys, given);
    const startedMs = performance.now();
    const features = await client.getOnlineFeatures({ ...selection, keys } as OnlineFeaturesRequest);
    print(context, features, keys, performance.now() - startedMs);
  } finally {
    client.close();
  }
  return EXIT.ok;
}

/** One JSON object with the join keys a line. */
async function rowsOfFile(file: string): Promise<Record<string, unknown[]>> {
  const place = `file "${file}"`;
  const found = await stat(file).catch(() => null);
  if (found === null || !found.isFile()) {
    throw new ForebayError('invalid_request', `${place}: there is no such file`);
  }
  const columns: Record<string, unknown[]> = {};
  let rows = 0;
  for await (const { object, number } of readJsonLines(createReadStream(file), place)) {
    for (const [name, value] of Object.entries(object)) {
      columns[name] ??= [];
      if (columns[name].length !== rows) {
        throw new ForebayError('invalid_request', `${place}: an earlier line than ${number} lacks "${name}"`);
      }
      columns[name].push(value);
    }
    rows++;
  }
  if (rows > 0) return columns;
  throw new ForebayError('invalid_request', `${place}: it has no rows`);
}

/** With a project and a service, serving tells all; otherwise the registry is read. */
async function select(
  context: CommandContext,
  client: FeatureClient,
  { project: name, service, features }: GetOptions,
): Promise<{ selection: Selection; joinKeys: readonly JoinKey[] }> {
  if (name !== undefined && service !== undefined) {
    const { entities } = await client.getFeatureServiceInfo(name, service);
    const keys = entities.flatMap(({ join_keys }) => join_keys);
    const joinKeys = keys.map((key) => ({ name: key.name, type: key.type.toLowerCase() as JoinKey['type'] }));
    return { selection: { project: name, featureService: service }, joinKeys: distinct(joinKeys) };
  }
  const snapshot = await publishedRegistry(context.servers);
  const project = chooseProject(snapshot, name);
  if (service !== undefined) {
    const { features: references } = resolveFeatureService(snapshot, project.name, service);
    const views = references.map(({ view, version }) => `${view}@${version}`);
    return {
      selection: { project: project.name, featureService: service },
      joinKeys: joinKeysOf(snapshot, project.name, views),
    };
  }
  const references = (features ?? []).map(({ view, feature }) => {
    const resolved = resolveView(snapshot, project.name, view);
    return { view: resolved.view.name, version: resolved.view.version, feature };
  });
  const views = references.map(({ view, version }) => `${view}@${version}`);
  return {
    selection: { project: project.name, features: references },
    joinKeys: joinKeysOf(snapshot, project.name, views),
  };
}

function joinKeysOf(snapshot: RegistrySnapshot, projectName: string, views: readonly string[]): JoinKey[] {
  const project = chooseProject(snapshot, projectName);
  const entities = views.flatMap((view) => entitiesOf(project, resolveView(snapshot, projectName, view)));
  const keys = entities.flatMap(({ joinKeys }) => joinKeys);
  return distinct(keys.map(({ name, type }) => ({ name, type: type as JoinKey['type'] })));
}

function distinct(joinKeys: readonly JoinKey[]): JoinKey[] {
  return [...new Map(joinKeys.map((joinKey) => [joinKey.name, joinKey])).values()];
}

function print(
  { output }: CommandContext,
  features: OnlineFeatures,
  keys: Readonly<Record<string, readonly unknown[]>>,
  elapsedMs: number,
): void {
  const { columns, views, asOfMs, degraded } = features;
  const rows = features.rows.map((values, row) => ({
    keys: Object.fromEntries(Object.entries(keys).map(([name, all]) => [name, all[row]])),
    values,
    statuses: features.statuses(row),
  }));
  const tables = rows.map((row) => {
    const title = Object.entries(row.keys)
      .map(([name, value]) => `${name}=${String(value)}`)
      .join(' ');
    const lines = columns.map(({ key, type }) => [
      key,
      featureText(row.values[key] ?? null, type),
      row.statuses[key] ?? '',
    ]);
    return `${output.colors.bold(title)}\n${output.table(['feature', 'value', 'status'], lines)}`;
  });
  const times = views.map(({ view, version, freshnessMs, cutMs }) => {
    const fresh =
      freshnessMs === null ? 'freshness not known' : `fresh to ${readableDuration(freshnessMs)} ago`;
    return `view ${view}@${version}: ${fresh}, batch ${cutMs === null ? 'none' : `cut ${formatInstant(cutMs)}`}`;
  });
  const reasons = degraded.map(
    ({ row, view, reason }) => `row ${row + 1}, view ${view}: DEGRADED: ${reason}`,
  );
  const summary = `as of ${formatInstant(asOfMs)}, answered in ${elapsedMs.toFixed(1)} ms`;
  output.result(
    { asOfMs, elapsedMs, columns, rows, views, degraded },
    [...tables, summary, ...times, ...reasons].join('\n'),
  );
}
