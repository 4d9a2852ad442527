/** By which columns the events of a source belong to entities: through its views, through what is looked up for them, and through pairs. */
import { findView, pairedSourceOf } from './lookup';
import type { AggregationView, EventSource, Project } from './model';
import type { JoinedSource, SequenceSource } from './paired-model';

export interface EntityKeys {
  /** The entity's name. */
  readonly entity: string;
  /** The source's field, or the view's derived column, for each join key, in the entity's order. */
  readonly keyFields: readonly string[];
  /** Whose derived columns are among the key fields; null: all of them are fields of the source. */
  readonly view: AggregationView | null;
}

/** Each way once, and with each those of the entities that the named one is a part of. A key that a joined source derives from fields of both sides is no key of either. */
export function entityKeysOf(project: Project, source: EventSource): EntityKeys[] {
  const found = [...ofViews(project, source), ...ofLookUps(project, source), ...ofPairs(project, source)];
  const all = found.flatMap((keys) => [keys, ...containedIn(project, keys)]);
  const label = ({ entity, keyFields, view }: EntityKeys) =>
    JSON.stringify([entity, keyFields, view?.derived ?? null]);
  return [...new Map(all.map((keys) => [label(keys), keys])).values()];
}

/** Whether the join keys of an entity have those of another among them: a card of an account is a part of the account. */
export function isPartOf(project: Project, part: string, whole: string): boolean {
  const keysOf = (name: string) =>
    (project.entities.find((entity) => entity.name === name)?.joinKeys ?? []).map((key) => key.name);
  const names = keysOf(part);
  return part !== whole && keysOf(whole).every((name) => names.includes(name));
}

function containedIn(project: Project, { entity, keyFields, view }: EntityKeys): EntityKeys[] {
  const names = (project.entities.find(({ name }) => name === entity)?.joinKeys ?? []).map(
    ({ name }) => name,
  );
  return project.entities
    .filter(({ name }) => isPartOf(project, entity, name))
    .map(({ name, joinKeys }) => ({
      entity: name,
      keyFields: joinKeys.map((key) => keyFields[names.indexOf(key.name)] as string),
      view,
    }));
}

function ofViews(project: Project, source: Pick<EventSource, 'name' | 'fields'>): EntityKeys[] {
  return project.aggregationViews
    .filter((view) => view.source === source.name)
    .map((view) => keysOf(view, source.fields));
}

function keysOf(view: AggregationView, fields: EventSource['fields']): EntityKeys {
  const { entity, keyFields } = view;
  const isPlain = keyFields.every((key) => fields.some(({ name }) => name === key));
  return { entity, keyFields, view: isPlain ? null : view };
}

/** A look-up names an entity by fields of the event. */
function ofLookUps(project: Project, { enrichments = [] }: EventSource): EntityKeys[] {
  return enrichments.flatMap(({ feature, keyFields }) => {
    const found = findView(project, feature.view, feature.version);
    if (found === undefined || found.kind === 'on-demand view') return [];
    return [{ entity: found.view.entity, keyFields, view: null }];
  });
}

function ofPairs(project: Project, source: EventSource): EntityKeys[] {
  const joined = project.joinedSources.flatMap((definition) =>
    sidesOf(definition, source.name).flatMap((side) =>
      ofViews(project, pairedSourceOf(project, definition)).flatMap((keys) => {
        const keyFields = keys.keyFields.map((name) => fieldOnSide(definition, side, name));
        return keyFields.includes(null) ? [] : [{ ...keys, keyFields: keyFields as string[], view: null }];
      }),
    ),
  );
  const sequences = project.sequenceSources
    .filter((definition: SequenceSource) => definition.source === source.name)
    .flatMap(({ name }) => ofViews(project, { name, fields: source.fields }));
  return [...joined, ...sequences];
}

function sidesOf({ left, right }: JoinedSource, source: string): ('left' | 'right')[] {
  return [...(left === source ? (['left'] as const) : []), ...(right === source ? (['right'] as const) : [])];
}

/** A field of the pair in the events of one side: its own, or the one that must be equal to it. Null: they do not have it. */
function fieldOnSide({ fields, on }: JoinedSource, side: 'left' | 'right', name: string): string | null {
  const joined = fields.find((field) => field.name === name);
  if (joined === undefined) return null;
  if (joined.side === side) return joined.field;
  const other = side === 'left' ? 'right' : 'left';
  return on.find((equal) => equal[other] === joined.field)?.[side] ?? null;
}
