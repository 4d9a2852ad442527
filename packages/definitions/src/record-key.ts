import type { EventSource, Project } from './model';

/**
 * The field whose value is the key of records in the source's topic, so that events which belong together stay in one partition: those
 * that may make a pair, or else those of one entity, by the first join key of the first view on the source. null: there is none that is a
 * field of the source; records then have no key.
 */
export function recordKeyField(project: Project, source: EventSource): string | null {
  const view = project.aggregationViews.find((candidate) => candidate.source === source.name);
  const field = pairKey(project, source) ?? view?.keyFields[0];
  return source.fields.some(({ name }) => name === field) ? (field as string) : null;
}

function pairKey({ joinedSources, sequenceSources }: Project, { name }: EventSource): string | undefined {
  const left = joinedSources.find((joined) => joined.left === name);
  const right = joinedSources.find((joined) => joined.right === name);
  const sequence = sequenceSources.find(({ source }) => source === name);
  return left?.on[0]?.left ?? right?.on[0]?.right ?? sequence?.by[0];
}
