/** What work of each sort reads and writes, as datasets of OpenLineage with schema and column lineage. */
import { aggregationLineage, type FieldRole, tableLineage } from './feature-lineage';
import {
  type ColumnOrigin,
  columnsFacets,
  droppedFacet,
  type LineageDataset,
  type Transformation,
} from './lineage-facets';
import {
  archiveDataset,
  columnOf,
  type LineagePlaces,
  namedDataset,
  partsOf,
  tableDataset,
  topicDatasets,
} from './lineage-places';
import { featuresOfService, findView, sourceOf, tableSourceOf } from './lookup';
import type {
  AggregationView,
  EventSource,
  FeatureReference,
  FeatureService,
  OnDemandView,
  Project,
  TableView,
} from './model';
import { onDemandEvaluator } from './on-demand-evaluator';
import { type View, viewsOf } from './view';

export interface LineageDatasets {
  readonly inputs: readonly LineageDataset[];
  readonly outputs: readonly LineageDataset[];
}

type NamedView = { readonly view: string; readonly version: number };

/** Of a run that makes values of views: from the archives, or their tables, into Redis. Version 0: all that there are. */
export function valueDatasets(
  project: Project,
  views: readonly NamedView[],
  places: LineagePlaces,
): LineageDatasets {
  const named = views.flatMap(({ view: name, version }) =>
    viewsOf(project).filter(({ view }) => view.name === name && (version === 0 || view.version === version)),
  );
  const stored = named.filter(({ kind }) => kind !== 'on-demand view');
  return {
    inputs: distinct(named.flatMap((view) => historyOf(project, view, places))),
    outputs: distinct(stored.map((view) => viewDataset(project, view, places))),
  };
}

/** Of a training set, which recomputes: it reads what its views are made from, and writes a file or a directory. */
export function trainingSetDatasets(
  project: Project,
  views: readonly NamedView[],
  path: string,
  places: LineagePlaces,
): LineageDatasets {
  return {
    inputs: valueDatasets(project, views, places).inputs,
    outputs: [fileDataset(path)],
  };
}

/** Of a training set from what was served. `log`: the table of served vectors. */
export function servedLogDatasets(log: string, path: string, places: LineagePlaces): LineageDatasets {
  const { clickhouse: namespace, clickhouseDatabase } = places;
  return {
    inputs: [{ namespace, name: `${clickhouseDatabase}.${log}` }],
    outputs: [fileDataset(path)],
  };
}

/** As OpenLineage names files: those of an object store by their bucket. */
function fileDataset(path: string): LineageDataset {
  const [, namespace, name] = /^(s3:\/\/[^/]+)\/(.+?)\/*$/.exec(path) ?? [];
  return namespace === undefined ? { namespace: 'file', name: path } : { namespace, name: name as string };
}

/** Of a project that is applied: topics flow into archives, they and tables into views, and views into what is computed from them. */
export function projectDatasets(project: Project, places: LineagePlaces): LineageDatasets {
  return {
    inputs: distinct([
      ...project.eventSources.flatMap((source) => topicDatasets(source, places)),
      ...project.tableSources.map((source) => tableDataset(source, places)),
    ]),
    outputs: [
      ...project.eventSources.map((source) => archiveDataset(source, places)),
      ...viewsOf(project).map((view) => viewDataset(project, view, places)),
      ...project.featureServices.map((service) => serviceDataset(project, service, places)),
    ],
  };
}

/** Of the stream of a source: its topics, or those that it pairs, into its archive, its views and their output topics. */
export function streamDatasets(
  project: Project,
  source: EventSource,
  views: readonly AggregationView[],
  places: LineagePlaces,
): LineageDatasets {
  const outputs = views.flatMap(({ output }) =>
    output === undefined ? [] : [{ namespace: places.kafka, name: output.topic }],
  );
  return {
    inputs: distinct(partsOf(source).flatMap((part) => topicDatasets(part, places))),
    outputs: [
      ...(source.pairing === undefined ? [archiveDataset(source, places)] : []),
      ...views.map((view) => viewDataset(project, { kind: 'aggregation view', view }, places)),
      ...outputs,
    ],
  };
}

/** Of a version of a view that is taken out for ever. */
export function retiredDatasets(
  project: Pick<Project, 'name'>,
  { view: name, version }: NamedView,
  places: LineagePlaces,
): LineageDatasets {
  const gone = namedDataset(project, 'aggregation view', { name, version }, places);
  return { inputs: [], outputs: [{ ...gone, facets: droppedFacet() }] };
}

/** Archives and tables that a view is recomputed from; of an on-demand view those of what it reads. */
function historyOf(project: Project, { kind, view }: View, places: LineagePlaces): LineageDataset[] {
  if (kind === 'table view') return [tableDataset(tableSourceOf(project, view), places)];
  if (kind === 'aggregation view')
    return partsOf(sourceOf(project, view)).map((part) => archiveDataset(part, places));
  return view.inputs.flatMap(({ feature }) => {
    const read = findView(project, feature.view, feature.version);
    return read === undefined ? [] : historyOf(project, read, places);
  });
}

function viewDataset(project: Project, { kind, view }: View, places: LineagePlaces): LineageDataset {
  const facets =
    kind === 'aggregation view'
      ? aggregationFacets(project, view, places)
      : kind === 'table view'
        ? tableFacets(project, view, places)
        : onDemandFacets(project, view, places);
  return { ...namedDataset(project, kind, view, places), facets };
}

const AS: Readonly<Record<FieldRole, Transformation>> = {
  input: ['DIRECT', 'AGGREGATION'],
  split: ['INDIRECT', 'GROUP_BY'],
  filter: ['INDIRECT', 'FILTER'],
};

function aggregationFacets(project: Project, view: AggregationView, places: LineagePlaces) {
  const source = sourceOf(project, view);
  const originOf = (field: string, roles: readonly Transformation[]): ColumnOrigin[] => {
    const column = columnOf(source, field);
    return column === null ? [] : [{ from: archiveDataset(column[0], places), field: column[1], as: roles }];
  };
  const columns = aggregationLineage(project, view).map(({ feature: name, type, fields, roles }) => ({
    name,
    type,
    origins: fields.flatMap((field, i) =>
      originOf(
        field,
        (roles[i] as readonly FieldRole[]).map((role) => AS[role]),
      ),
    ),
  }));
  return columnsFacets(
    columns,
    view.keyFields.flatMap((field) => originOf(field, [AS.split])),
  );
}

function tableFacets(project: Project, view: TableView, places: LineagePlaces) {
  const from = tableDataset(tableSourceOf(project, view), places);
  const columns = tableLineage(view).map(({ feature: name, type, fields }) => ({
    name,
    type,
    origins: fields.map((field) => ({ from, field, as: [['DIRECT', 'IDENTITY']] as const })),
  }));
  return columnsFacets(
    columns,
    view.keyFields.map((field) => ({ from, field, as: [AS.split] })),
  );
}

/** Request data comes with the call: it has no dataset. */
function onDemandFacets(project: Project, view: OnDemandView, places: LineagePlaces) {
  const { inputsOf } = onDemandEvaluator(view, project.functions);
  const columns = view.features.map(({ name, type }, i) => ({
    name,
    type: String(type),
    origins: (inputsOf[i] as readonly number[]).flatMap((input) => {
      const { feature } = view.inputs[input] as OnDemandView['inputs'][number];
      return featureOrigin(project, feature, ['DIRECT', 'TRANSFORMATION'], places);
    }),
  }));
  return columnsFacets(columns);
}

/** Its columns are `view@version.feature`: names of features alone need not be distinct. */
function serviceDataset(project: Project, service: FeatureService, places: LineagePlaces): LineageDataset {
  const columns = featuresOfService(service).map((reference) => ({
    name: `${reference.view}@${reference.version}.${reference.feature}`,
    type: typeOf(project, reference),
    origins: featureOrigin(project, reference, ['DIRECT', 'IDENTITY'], places),
  }));
  return { ...namedDataset(project, 'feature service', service, places), facets: columnsFacets(columns) };
}

function typeOf(project: Project, { view, version, feature }: FeatureReference): string {
  const found = findView(project, view, version)?.view.features.find(({ name }) => name === feature);
  return String(found?.type);
}

function featureOrigin(
  project: Project,
  { view: name, version, feature: field }: FeatureReference,
  as: Transformation,
  places: LineagePlaces,
): ColumnOrigin[] {
  const found = findView(project, name, version);
  if (found === undefined) return [];
  return [{ from: namedDataset(project, found.kind, found.view, places), field, as: [as] }];
}

function distinct(datasets: readonly LineageDataset[]): LineageDataset[] {
  return [...new Map(datasets.map((each) => [`${each.namespace} ${each.name}`, each])).values()];
}
