import { ForebayError } from '@forebay/contract';
import {
  decodeRegistry,
  findProject,
  findView,
  type Project,
  type RegistrySnapshot,
  type View,
} from '@forebay/definitions';
import { loadRegistry, type RedisConnection } from '@forebay/online-store';

/** A view that has stored values, and its project. */
export interface RegisteredView {
  readonly project: Project;
  readonly found: Exclude<View, { readonly kind: 'on-demand view' }>;
}

/** Asks the published registry, since a job may be queued right after the view was applied. Throws `not_found`. */
export async function registeredView(
  redis: RedisConnection,
  named: { readonly project: string; readonly view: string; readonly version: number },
): Promise<RegisteredView> {
  const snapshot = await publishedSnapshot(redis);
  const project = snapshot === null ? undefined : findProject(snapshot, named.project);
  const found = project === undefined ? undefined : findView(project, named.view, named.version);
  if (project !== undefined && found !== undefined && found.kind !== 'on-demand view')
    return { project, found };
  throw new ForebayError(
    'not_found',
    `view "${named.project}.${named.view}@${named.version}" ${found === undefined ? 'is not in the registry' : 'has no stored values'}; run "forebay apply", or "forebay status" to see what is`,
  );
}

/** Null: nothing is published. */
export async function publishedSnapshot(redis: RedisConnection): Promise<RegistrySnapshot | null> {
  const published = await loadRegistry(redis);
  return published === null ? null : decodeRegistry(published.snapshot);
}
