/** Where datasets of OpenLineage are, and what they are called there (https://openlineage.io/docs/spec/naming). */
import { type LineageDataset, schemaFacet } from './lineage-facets';
import type { EventSource, Field, Project, TableSource } from './model';
import type { Pairing } from './paired-model';
import { JOINED_EVENT_TIME } from './pairing-declarations';
import { topicsOf } from './source-topics';
import type { ViewKind } from './view';

/** Namespaces of datasets: `scheme://host:port`. */
export interface LineagePlaces {
  readonly kafka: string;
  readonly clickhouse: string;
  readonly clickhouseDatabase: string;
  readonly redis: string;
  /** Of what is computed when it is asked for, and stored nowhere: `forebay://installation`. */
  readonly computed: string;
}

export function topicDatasets(source: EventSource, { kafka: namespace }: LineagePlaces): LineageDataset[] {
  return topicsOf(source).map((name) => ({ namespace, name, facets: schemaFacet(source.fields) }));
}

export function archiveDataset({ table, fields }: EventSource, places: LineagePlaces): LineageDataset {
  const name = `${places.clickhouseDatabase}.${table}`;
  return { namespace: places.clickhouse, name, facets: schemaFacet(fields) };
}

/** A query has no name but that of its source. */
export function tableDataset({ name, table, fields }: TableSource, places: LineagePlaces): LineageDataset {
  const { clickhouse: namespace, clickhouseDatabase } = places;
  const bare = table ?? name;
  return {
    namespace,
    name: bare.includes('.') ? bare : `${clickhouseDatabase}.${bare}`,
    facets: schemaFacet(fields),
  };
}

/** Names a view of any kind, or a feature service; without facets. */
export function namedDataset(
  project: Pick<Project, 'name'>,
  kind: ViewKind | 'feature service',
  definition: { readonly name: string; readonly version: number },
  { redis, computed }: LineagePlaces,
): LineageDataset {
  const isStored = kind === 'aggregation view' || kind === 'table view';
  const { name, version } = definition;
  return { namespace: isStored ? redis : computed, name: `${project.name}.${name}@${version}` };
}

/** Event sources with topics and archives that a source is made of: itself, or those that it pairs. */
export function partsOf(source: EventSource): EventSource[] {
  if (source.pairing === undefined) return [source];
  const { pairing } = source;
  const parts = pairing.kind === 'join' ? [pairing.left, pairing.right] : [pairing.source];
  return [...new Set(parts)];
}

/** The archive's column that a field of a source is; of a pair's id, which is made of both events, none. */
export function columnOf(source: EventSource, field: Field['name']): [EventSource, string] | null {
  if (source.pairing === undefined) return [source, field];
  return source.pairing.kind === 'sequence'
    ? [source.pairing.source, field]
    : joinedColumn(source.pairing, field);
}

function joinedColumn(
  { definition, left, right }: Extract<Pairing, { kind: 'join' }>,
  name: string,
): [EventSource, string] | null {
  if (name === JOINED_EVENT_TIME) return [right, right.eventTime];
  const found = definition.fields.find((field) => field.name === name);
  return found === undefined ? null : [found.side === 'left' ? left : right, found.field];
}
