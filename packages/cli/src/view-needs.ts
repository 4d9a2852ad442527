import type { TypedName } from '@forebay/client';
import { entitiesOf, type Field, type Project, requestOf, type View } from '@forebay/definitions';
import type { JoinKey } from './join-keys';

/** What must be given for features to be read. */
export interface ViewNeeds {
  readonly joinKeys: readonly JoinKey[];
  /** Of the request, without fields that are join keys. */
  readonly request: readonly TypedName[];
}

/** What the views need, each name once. */
export function needsOf(project: Project, views: readonly View[]): ViewNeeds {
  const entities = views.flatMap((view) => entitiesOf(project, view));
  const joinKeys = distinct(entities.flatMap((entity) => entity.joinKeys)) as JoinKey[];
  const fields = distinct(views.flatMap((view) => requestOf(project, view)));
  return { joinKeys, request: fields.filter(({ name }) => !joinKeys.some((key) => key.name === name)) };
}

function distinct(fields: readonly Field[]): TypedName[] {
  return [...new Map(fields.map(({ name, type }) => [name, { name, type }])).values()];
}
