import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { FeatureClient, FeatureReference, OnlineFeaturesRequest, TypedName } from '@forebay/client';
import { ForebayError } from '@forebay/contract';
import { resolveFeatureService, resolveView } from '@forebay/definitions';
import { chooseProject, publishedRegistry } from '../applied-registry';
import type { FeatureArgument } from '../arguments';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { printAnswer } from '../features-answer';
import { type JoinKey, type KeyColumns, typedKeys } from '../join-keys';
import { readJsonLines } from '../json-lines';
import { type RequestColumns, typedRequest } from '../request-fields';
import { connectServing } from '../serving-client';
import { needsOf, type ViewNeeds } from '../view-needs';

export interface GetOptions {
  readonly project?: string;
  readonly service?: string;
  readonly features?: readonly FeatureArgument[];
  readonly key?: Readonly<Record<string, readonly string[]>>;
  readonly rows?: string;
  readonly request?: Readonly<Record<string, readonly unknown[]>>;
  readonly variant?: string;
  readonly requestId?: string;
  readonly address?: string;
  readonly timeout?: number;
}

/** What is asked for, and what it needs. */
interface Selected extends ViewNeeds {
  readonly selection:
    | { readonly project: string; readonly featureService: string }
    | { readonly project: string; readonly features: readonly FeatureReference[] };
}

export async function getCommand(context: CommandContext, options: GetOptions): Promise<ExitCode> {
  const rows = options.rows === undefined ? {} : await rowsOfFile(options.rows);
  const client = await connectServing(context.configuration, options);
  try {
    const selected = await select(context, client, options);
    const { keys, request } = typedColumns(context, selected, rows, options);
    const startedMs = performance.now();
    const asked = {
      ...selected.selection,
      keys,
      request: eachOrOne(request),
      includeViewTimes: true,
      variant: options.variant,
      requestId: options.requestId,
    } as OnlineFeaturesRequest;
    const features = await client.getOnlineFeatures(asked);
    printAnswer(context.output, { features, keys, request, elapsedMs: performance.now() - startedMs });
  } finally {
    await client.close();
  }
  return EXIT.ok;
}

/** A file of rows has join keys and data of the request side by side; what is neither is passed over. */
function typedColumns(
  { output }: CommandContext,
  { joinKeys, request: fields }: Selected,
  rows: Readonly<Record<string, readonly unknown[]>>,
  { key = {}, request = {} }: GetOptions,
): { readonly keys: KeyColumns; readonly request: RequestColumns } {
  const twice = Object.keys(request).find((name) => name in rows);
  if (twice !== undefined) {
    throw new ForebayError('invalid_request', `"${twice}" is given by --request and in the file of rows`);
  }
  const named = (names: readonly TypedName[]) =>
    Object.entries(rows).filter(([name]) => names.some((known) => known.name === name));
  const [keys, ofRequest] = [named(joinKeys), named(fields)];
  const taken = new Set([...keys, ...ofRequest].map(([name]) => name));
  const others = Object.keys(rows).filter((name) => !taken.has(name));
  if (others.length > 0)
    output.note(`of the file of rows, not needed by these features: ${others.join(', ')}`);
  return {
    keys: typedKeys(joinKeys, { ...key, ...Object.fromEntries(keys) }),
    request: typedRequest(fields, { ...Object.fromEntries(ofRequest), ...request }),
  };
}

/** One value is for all rows. */
function eachOrOne(request: RequestColumns): NonNullable<OnlineFeaturesRequest['request']> {
  return Object.fromEntries(
    Object.entries(request).map(([name, values]) => [
      name,
      values.length === 1 ? (values[0] ?? null) : values,
    ]),
  );
}

/** One JSON object with the join keys, and data of the request, a line. */
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
): Promise<Selected> {
  if (name !== undefined && service !== undefined) {
    const { joinKeys, request } = await client.getFeatureServiceInfo(name, service);
    const selection = { project: name, featureService: service };
    return { selection, joinKeys: joinKeys as readonly JoinKey[], request };
  }
  const snapshot = await publishedRegistry(context.servers);
  const project = chooseProject(snapshot, name);
  if (service !== undefined) {
    const { features: references } = resolveFeatureService(snapshot, project.name, service);
    const views = references.map(({ view, version }) =>
      resolveView(snapshot, project.name, `${view}@${version}`),
    );
    return { selection: { project: project.name, featureService: service }, ...needsOf(project, views) };
  }
  const found = (features ?? []).map(({ view, feature }) => ({
    view: resolveView(snapshot, project.name, view),
    feature,
  }));
  const references = found.map(({ view: { view }, feature }) => ({
    view: view.name,
    version: view.version,
    feature,
  }));
  const views = found.map(({ view }) => view);
  return { selection: { project: project.name, features: references }, ...needsOf(project, views) };
}
