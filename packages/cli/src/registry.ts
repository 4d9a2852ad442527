import { ForebayError } from '@forebay/contract';
import { decodeRegistry, type RegistrySnapshot } from '@forebay/definitions';
import { readNewestRegistry } from '@forebay/offline-store';
import { loadRegistry } from '@forebay/online-store';
import type { CommandContext } from './context';

export interface CurrentRegistry {
  readonly snapshot: RegistrySnapshot | null;
  /** What Redis holds: 0 when nothing, as after it was lost. */
  readonly publishedVersion: number;
}

/** The applied registry: the log in ClickHouse is the truth, Redis has the copy that services read. */
export async function currentRegistry(context: CommandContext): Promise<CurrentRegistry> {
  const [recorded, published] = await Promise.all([context.offline().then(readNewestRegistry), context.redis().then(loadRegistry)]);
  return { snapshot: recorded === null ? null : decodeRegistry(recorded.snapshot), publishedVersion: published?.version ?? 0 };
}

/** The published registry, or an error that says how to get one. */
export async function publishedRegistry(context: CommandContext): Promise<RegistrySnapshot> {
  const published = await loadRegistry(await context.redis());
  if (published === null) throw new ForebayError('failed_precondition', 'nothing is applied yet: run "forebay apply DEFINITIONS"');
  return decodeRegistry(published.snapshot);
}

/** The project of that name, or the only one. */
export function chooseProject(snapshot: RegistrySnapshot, name: string | undefined): string {
  if (name !== undefined) return name;
  const names = snapshot.projects.map((project) => project.name);
  if (names.length === 1) return names[0] as string;
  throw new ForebayError('invalid_request', `there are several projects (${names.join(', ')}): choose one with --project`);
}
