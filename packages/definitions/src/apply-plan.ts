import { type Definition, definitionName } from './identity';
import type { Project, RegistrySnapshot } from './model';
import { assertApplicable, hasChanges } from './plan';
import { emptyProject, planChanges } from './plan-changes';
import { retiredBy } from './retired-views';

export interface ApplyOptions {
  readonly nowMs: number;
  readonly appliedBy: string;
  /** Whether removals are allowed; they are not if left out. */
  readonly allowDestructive?: boolean;
}

/** The first id that is given: 0 stands for none. */
const FIRST_ID = 1;

/**
 * The snapshot after applying the desired project; `current` itself if nothing changes.
 * Definitions that stay keep their ids, and new ones get ids that were never given to anything in any project.
 * Throws `invalid_definition` or `destructive_change` if the plan may not be applied.
 */
export function applyPlan(
  current: RegistrySnapshot | null,
  desired: Project,
  options: ApplyOptions,
): RegistrySnapshot {
  const plan = planChanges(current, desired);
  assertApplicable(plan, { allowDestructive: options.allowDestructive ?? false });
  const known = current?.projects.some(({ name }) => name === desired.name) ?? false;
  if (current !== null && known && !hasChanges(plan)) return current;
  const before = current?.projects.find(({ name }) => name === desired.name) ?? emptyProject(desired.name);
  let nextId = current?.nextId ?? FIRST_ID;
  const withIds = <D extends Definition & { readonly id: number }>(
    old: readonly D[],
    fresh: readonly D[],
  ): D[] => {
    const ids = new Map(old.map((definition) => [definitionName(definition), definition.id]));
    return fresh.map((definition) => ({
      ...definition,
      id: ids.get(definitionName(definition)) ?? nextId++,
    }));
  };
  const applied: Project = {
    name: desired.name,
    entities: withIds(before.entities, desired.entities),
    eventSources: withIds(before.eventSources, desired.eventSources),
    tableSources: withIds(before.tableSources, desired.tableSources),
    aggregationViews: withIds(before.aggregationViews, desired.aggregationViews),
    tableViews: withIds(before.tableViews, desired.tableViews),
    onDemandViews: withIds(before.onDemandViews, desired.onDemandViews),
    functions: desired.functions,
    featureServices: withIds(before.featureServices, desired.featureServices),
    joinedSources: withIds(before.joinedSources, desired.joinedSources),
    sequenceSources: withIds(before.sequenceSources, desired.sequenceSources),
    ...retiredBy(before, desired, options.nowMs),
  };
  const projects = current?.projects ?? [];
  return {
    version: (current?.version ?? 0) + 1,
    appliedAtMs: options.nowMs,
    appliedBy: options.appliedBy,
    projects: known
      ? projects.map((project) => (project.name === desired.name ? applied : project))
      : [...projects, applied],
    nextId,
  };
}
