/** Where an entity may be: the sources whose events name it, and the views that hold values of it. */
import { encodeEntityKey, ForebayError } from '@forebay/contract';
import {
  type AggregationView,
  type Entity,
  type EntityKeys,
  type EventSource,
  entityKeysOf,
  isPartOf,
  type Project,
  type TableSource,
  type TableView,
  tableSourceOf,
} from '@forebay/definitions';
import type { Payload } from '@forebay/jobs';
import { type EntityToErase, type ErasedRows, keysNamedIn, type OfflineStore } from '@forebay/offline-store';
import { joinKeyValues } from '../rebuild-entity/rebuild-entity';

export interface CarriedEntity extends Omit<EntityToErase, 'erasedAtMs'> {
  /** Event sources with the ways in which their events name the entity. */
  readonly sources: readonly { readonly source: EventSource; readonly ways: readonly EntityKeys[] }[];
  /** That views of the entity read, with them; their tables are the user's. */
  readonly tables: readonly { readonly source: TableSource; readonly view: TableView }[];
  readonly aggregationViews: readonly AggregationView[];
  readonly tableViews: readonly TableView[];
}

/** One entity, by the texts of its join keys. */
export type NamedEntity = Pick<Payload<'erase'>, 'entity' | 'keys'>;

/**
 * Entities with the join keys of the erased one among their own, as its events name them: they are parts of it, and go with it.
 *
 * @param rowsOf of an archive, those of the erased entity
 */
export async function partsOfEntity(
  store: OfflineStore,
  project: Project,
  entity: CarriedEntity,
  rowsOf: (source: EventSource) => ErasedRows,
): Promise<NamedEntity[]> {
  const found = new Map<string, NamedEntity>();
  for (const { source } of entity.sources)
    for (const way of entityKeysOf(project, source)) {
      if (!isPartOf(project, way.entity, entity.entity)) continue;
      const { joinKeys } = project.entities.find(({ name }) => name === way.entity) as Entity;
      for (const texts of await keysNamedIn(store, rowsOf(source), way)) {
        const keys = joinKeys.map(({ name }, i) => ({ name, value: texts[i] as string }));
        found.set(JSON.stringify([way.entity, texts]), { entity: way.entity, keys });
      }
    }
  return [...found.values()];
}

/** Throws `not_found` for an entity that is not in the project, `invalid_request` for keys that are not its own. */
export function carriedEntity(project: Project, { entity: name, keys }: NamedEntity): CarriedEntity {
  const entity = project.entities.find((each) => each.name === name);
  if (entity === undefined)
    throw new ForebayError(
      'not_found',
      `project "${project.name}" has no entity "${name}": it has ${project.entities.map((each) => each.name).join(', ')}`,
    );
  const values = joinKeyValues(entity, keys);
  const ofEntity = (view: AggregationView | TableView) => view.entity === name;
  const tableViews = project.tableViews.filter(ofEntity);
  return {
    project: project.name,
    entity: name,
    joinKeys: entity.joinKeys,
    values,
    key: encodeEntityKey(values),
    sources: project.eventSources.flatMap((source) => {
      const ways = entityKeysOf(project, source).filter((way) => way.entity === name);
      return ways.length === 0 ? [] : [{ source, ways }];
    }),
    tables: tableViews.map((view) => ({ source: tableSourceOf(project, view), view })),
    aggregationViews: project.aggregationViews.filter(ofEntity),
    tableViews,
  };
}
