/** Versions of views that were taken out of the registry, and how one is. Pure. */
import { ForebayError } from '@forebay/contract';
import { dependenciesOf } from './dependencies';
import { definitionName } from './identity';
import { resolveProject, resolveView } from './lookup';
import type { Project, RegistrySnapshot, RetiredView } from './model';
import { listNames } from './names';
import { viewsOf } from './view';

const labelOf = ({ name, version }: { readonly name: string; readonly version: number }) =>
  `${name}@${version}`;

type WithRetired = Pick<Project, 'retiredViews'>;

/** What the registry remembers of views after an apply: those that it took out have left values under their ids. */
export function retiredBy(before: Project, desired: Project, nowMs: number): WithRetired {
  const kept = new Set(viewsOf(desired).map(({ view }) => definitionName(view)));
  const removed = viewsOf(before)
    .filter(({ kind, view }) => kind !== 'on-demand view' && !kept.has(definitionName(view)))
    .map(({ view: { name, version, id } }) => ({ name, version, id, retiredAtMs: nowMs, isFinal: false }));
  const all = [...(before.retiredViews ?? []), ...removed];
  return all.length === 0 ? {} : { retiredViews: all };
}

/** Why a version may not be declared again; null: it may. */
export function refuseRetired(before: WithRetired, name: string): string | null {
  const retired = before.retiredViews?.find((view) => view.isFinal && labelOf(view) === name);
  if (retired === undefined) return null;
  return `it was retired at ${new Date(retired.retiredAtMs).toISOString()}, and what was stored of it is gone: take it out, or declare another version`;
}

export interface Retirement {
  /** `current` itself if the registry has no such version any more. */
  readonly snapshot: RegistrySnapshot;
  /** Everything that was stored under these ids may go. */
  readonly views: readonly RetiredView[];
}

/**
 * Takes a version of a view out of the registry for ever. Throws `failed_precondition` while anything is made with it, `not_found` for one
 * that there never was, `invalid_request` without a version.
 */
export function retireView(
  current: RegistrySnapshot,
  projectName: string,
  reference: string,
  { nowMs, appliedBy }: { readonly nowMs: number; readonly appliedBy: string },
): Retirement {
  if (!/@[1-9][0-9]*$/.test(reference))
    throw new ForebayError('invalid_request', `"${reference}": name the version too, as in "${reference}@1"`);
  const project = resolveProject(current, projectName);
  const isNamed = (view: { readonly name: string; readonly version: number }) => labelOf(view) === reference;
  const earlier = (project.retiredViews ?? []).filter(isNamed);
  const live = viewsOf(project).find(({ view }) => isNamed(view));
  if (live === undefined && earlier.length === 0) resolveView(current, projectName, reference);
  if (live === undefined && earlier.every(({ isFinal }) => isFinal))
    return { snapshot: current, views: earlier };
  if (live !== undefined) refuseUsed(project, reference);
  const views = [
    ...earlier.map((view) => ({ ...view, isFinal: true })),
    ...(live === undefined
      ? []
      : [
          {
            name: live.view.name,
            version: live.view.version,
            id: live.view.id,
            retiredAtMs: nowMs,
            isFinal: true,
          },
        ]),
  ];
  const without = <V extends { readonly name: string; readonly version: number }>(all: readonly V[]) =>
    all.filter((view) => !isNamed(view));
  const changed: Project = {
    ...project,
    aggregationViews: without(project.aggregationViews),
    tableViews: without(project.tableViews),
    onDemandViews: without(project.onDemandViews),
    retiredViews: [...without(project.retiredViews ?? []), ...views],
  };
  return {
    views,
    snapshot: {
      ...current,
      version: current.version + 1,
      appliedAtMs: nowMs,
      appliedBy,
      projects: current.projects.map((each) => (each.name === projectName ? changed : each)),
    },
  };
}

function refuseUsed(project: Project, view: string): void {
  const users = dependenciesOf(project)
    .filter(({ on }) => on.name === view && on.kind.endsWith('view'))
    .map(({ from }) => `${from.kind} ${from.name}`);
  if (users.length === 0) return;
  throw new ForebayError(
    'failed_precondition',
    `view "${view}" is used by ${listNames(users)}: take those out of the definitions first ("forebay apply FILE --allow-destructive")`,
  );
}
