/** Datasets of OpenLineage (https://openlineage.io/docs/spec/naming): what jobs read and write, with schema and column lineage. */
import { dependenciesOf } from './dependencies';
import { aggregationLineage, type FeatureLineage, tableLineage } from './feature-lineage';
import { definitionName } from './identity';
import { sourceOf, tableSourceOf } from './lookup';
import type { AggregationView, EventSource, Project, TableSource, TableView } from './model';
import { topicsOf } from './source-topics';

/** Who says so; both are in each facet. */
export const LINEAGE_PRODUCER = 'urn:forebay:lineage';
const FACETS = 'https://openlineage.io/spec/facets';

/** Namespaces of datasets: `scheme://host:port`. */
export interface LineagePlaces {
  readonly kafka: string;
  readonly clickhouse: string;
  readonly clickhouseDatabase: string;
  readonly redis: string;
}

export interface LineageDataset {
  readonly namespace: string;
  readonly name: string;
  readonly facets?: Readonly<Record<string, object>>;
}

export interface LineageDatasets {
  readonly inputs: readonly LineageDataset[];
  readonly outputs: readonly LineageDataset[];
}

/** Of a run that makes the view's values: from the archive, or its table, into Redis. */
export function viewDatasets(
  project: Project,
  view: AggregationView | TableView,
  places: LineagePlaces,
): LineageDatasets {
  const isTable = project.tableViews.some((each) => each === view);
  const lineage = isTable
    ? tableLineage(view as TableView)
    : aggregationLineage(project, view as AggregationView);
  const inputs = isTable
    ? [tableDataset(tableSourceOf(project, view as TableView), places)]
    : archivesOf(project, sourceOf(project, view as AggregationView), places);
  const [only] = inputs;
  const output = {
    namespace: places.redis,
    name: `${project.name}.${definitionName(view)}`,
    facets: {
      ...schemaFacet(lineage.map(({ feature, type }) => ({ name: feature, type }))),
      // fields of joined and sequence sources are of several archives
      ...(inputs.length === 1 && only !== undefined ? columnFacet(lineage, only) : {}),
    },
  };
  return { inputs, outputs: [output] };
}

/** Of a project that is applied: topics flow into archives, and they and tables into views. */
export function projectDatasets(project: Project, places: LineagePlaces): LineageDatasets {
  const read = project.eventSources.filter(({ table }) => table !== '');
  const topics = read.flatMap((source) =>
    topicsOf(source).map((name) => ({ namespace: places.kafka, name, facets: schemaFacet(source.fields) })),
  );
  const archives = read.map((source) => archiveDataset(source, places));
  const views = [...project.aggregationViews, ...project.tableViews].flatMap(
    (view) => viewDatasets(project, view, places).outputs,
  );
  const tables = project.tableSources.map((source) => tableDataset(source, places));
  return { inputs: [...topics, ...tables], outputs: [...archives, ...views] };
}

function archivesOf(project: Project, source: EventSource, places: LineagePlaces): LineageDataset[] {
  if (source.table !== '') return [archiveDataset(source, places)];
  const made = dependenciesOf(project).filter(
    ({ from }) => from.name === source.name && from.kind !== 'event source',
  );
  const names = new Set(made.filter(({ on }) => on.kind === 'event source').map(({ on }) => on.name));
  return project.eventSources
    .filter(({ name }) => names.has(name))
    .map((each) => archiveDataset(each, places));
}

function archiveDataset({ table, fields }: EventSource, places: LineagePlaces): LineageDataset {
  const name = `${places.clickhouseDatabase}.${table}`;
  return { namespace: places.clickhouse, name, facets: schemaFacet(fields) };
}

/** A query has no name but that of its source. */
function tableDataset({ name, table, fields }: TableSource, places: LineagePlaces): LineageDataset {
  const { clickhouse: namespace, clickhouseDatabase } = places;
  const bare = table ?? name;
  return {
    namespace,
    name: bare.includes('.') ? bare : `${clickhouseDatabase}.${bare}`,
    facets: schemaFacet(fields),
  };
}

function schemaFacet(fields: readonly { readonly name: string; readonly type: unknown }[]) {
  const shown = fields.map(({ name, type }) => ({ name, type: String(type) }));
  return { schema: { ...facet('1-1-1/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet'), fields: shown } };
}

function columnFacet(lineage: readonly FeatureLineage[], { namespace, name }: LineageDataset) {
  const fields = lineage.map(({ feature, fields: from }) => [
    feature,
    { inputFields: from.map((field) => ({ namespace, name, field })) },
  ]);
  return {
    columnLineage: {
      ...facet('1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet'),
      fields: Object.fromEntries(fields),
    },
  };
}

function facet(schema: string) {
  return { _producer: LINEAGE_PRODUCER, _schemaURL: `${FACETS}/${schema}` };
}
