import { formatDuration } from '@forebay/contract';
import {
  type AggregationView,
  definitionName,
  type FeatureService,
  type Field,
  featuresOfService,
  type JoinedSource,
  type OnDemandView,
  type Project,
  type TableSource,
  type TableView,
  topicsOf,
  type UserFunction,
} from '@forebay/definitions';
import type { Cell, Output } from './output';
import { readableCount } from './readable';

/** A table of all definitions of one kind. */
interface Section {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Everything that a project defines, by kind, for people. */
export function catalogueText(project: Project, output: Output): string {
  const sections = sectionsOf(project).filter(({ rows }) => rows.length > 0);
  const { bold } = output.colors;
  const texts = sections.map(({ title, head, rows }) => `${bold(title)}\n${output.table(head, rows)}`);
  return [bold(`project ${project.name}`), ...texts].join('\n\n');
}

function sectionsOf(project: Project): Section[] {
  return [
    {
      title: 'entities',
      head: ['name', 'join keys', 'owner', 'description'],
      rows: project.entities.map((entity) => [
        entity.name,
        fieldsText(entity.joinKeys),
        ...described(entity),
      ]),
    },
    {
      title: 'event sources',
      head: ['name', 'topic', 'table', 'fields', 'owner', 'description'],
      rows: project.eventSources.map((source) => [
        source.name,
        topicsOf(source).join(', '),
        source.table,
        source.fields.length,
        ...described(source),
      ]),
    },
    {
      title: 'joined and sequence sources',
      head: ['name', 'made of', 'keys', 'within', 'owner', 'description'],
      rows: [
        ...project.joinedSources.map((source) => [
          source.name,
          `${source.left} then ${source.right}`,
          onText(source),
          formatDuration(source.withinMs),
          ...described(source),
        ]),
        ...project.sequenceSources.map((source) => [
          source.name,
          source.source,
          source.by.join(', '),
          formatDuration(source.withinMs),
          ...described(source),
        ]),
      ],
    },
    {
      title: 'table sources',
      head: ['name', 'rows', 'fields', 'owner', 'description'],
      rows: project.tableSources.map((source) => [
        source.name,
        rowsOf(source),
        source.fields.length,
        ...described(source),
      ]),
    },
    viewSection(project),
    {
      title: 'functions',
      head: ['name', 'description'],
      rows: project.functions.map((own) => [signatureText(own), own.description]),
    },
    {
      title: 'feature services',
      head: ['name', 'features', 'views', 'variants', 'owner', 'description'],
      rows: project.featureServices.map((service) => [
        definitionName(service),
        service.features.length,
        viewsText({ features: featuresOfService(service) }),
        service.variants.map(({ name }) => name).join(', '),
        ...described(service),
      ]),
    },
  ];
}

function viewSection({ aggregationViews, tableViews, onDemandViews }: Project): Section {
  const row = (kind: string, view: AggregationView | TableView | OnDemandView, from: readonly string[]) => [
    definitionName(view),
    kind,
    ...from,
    readableCount(view.features.length),
    ...described(view),
  ];
  return {
    title: 'views',
    head: ['name', 'kind', 'entity', 'from', 'values', 'features', 'owner', 'description'],
    rows: [
      ...aggregationViews.map((view) =>
        row('aggregation', view, [view.entity, view.source, valuesText(view)]),
      ),
      ...tableViews.map((view) =>
        row('table', view, [view.entity, view.source, `every ${formatDuration(view.schedule.intervalMs)}`]),
      ),
      ...onDemandViews.map((view) =>
        row('on-demand', view, ['', viewsText({ features: inputsOf(view) }), 'on demand']),
      ),
    ],
  };
}

/** When a view's values are made, and where they go: `stream + batch`, `every 1h`, `stream, to topic t, series every 1m`. */
export function valuesText({ stream, batch, schedule, output, series }: AggregationView): string {
  if (schedule !== null) return `every ${formatDuration(schedule.intervalMs)}`;
  return [
    [stream === null ? [] : 'stream', batch === null ? [] : 'batch'].flat().join(' + '),
    ...(output === undefined ? [] : [`to topic ${output.topic}`]),
    ...(series === undefined ? [] : [`series every ${formatDuration(series.everyMs)}`]),
  ].join(', ');
}

/** The fields that are equal in both events of a pair: `user_id`, or `id = impression_id` where they have other names. */
export function onText({ on }: JoinedSource): string {
  return on.map(({ left, right }) => (left === right ? left : `${left} = ${right}`)).join(', ');
}

export function fieldsText(fields: readonly Field[]): string {
  return fields.map(({ name, type }) => `${name}: ${type}`).join(', ');
}

export function signatureText({ name, parameters, result }: UserFunction): string {
  return `${name}(${parameters.join(', ')}): ${result}`;
}

export function rowsOf({ table, query }: TableSource): string {
  return table ?? `(${shortened(query ?? '')})`;
}

function shortened(query: string): string {
  const line = query.replaceAll(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}

const inputsOf = (view: OnDemandView) => view.inputs.map(({ feature }) => feature);

function viewsText({ features }: Pick<FeatureService, 'features'>): string {
  return [...new Set(features.map(({ view, version }) => `${view}@${version}`))].join(', ');
}

function described({ metadata }: { metadata: { owner: string; description: string } }): string[] {
  return [metadata.owner, metadata.description];
}
