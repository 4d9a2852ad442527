import { formatDuration } from '@forebay/contract';
import {
  type AggregationFeature,
  type AggregationView,
  type BatchPlan,
  definitionName,
  type EventSource,
  type FeatureReference,
  type FeatureService,
  type KindedDefinition,
  type OnDemandView,
  type SchedulePlan,
  SHARE_PARTS,
  type TableSource,
  type TableView,
  type UserFunction,
  windowText,
} from '@forebay/definitions';
import { fieldsText, signatureText } from './catalogue';
import type { Output } from './output';

/** What one definition says in full, for people: its title, its options, its features. */
export function definitionText(described: KindedDefinition, output: Output): string {
  const { kind, definition } = described;
  const title = output.colors.bold(`${kind} ${definitionName(definition)}`);
  const metadata = 'metadata' in definition ? metadataLines(definition.metadata) : [];
  return [title, ...metadata, ...linesOf(described, output)].join('\n');
}

function linesOf({ kind, definition }: KindedDefinition, output: Output): string[] {
  switch (kind) {
    case 'entity':
      return options([['join keys', fieldsText(definition.joinKeys)]]);
    case 'event source':
      return eventSourceLines(definition);
    case 'table source':
      return tableSourceLines(definition);
    case 'aggregation view':
      return aggregationViewLines(definition, output);
    case 'table view':
      return tableViewLines(definition, output);
    case 'on-demand view':
      return onDemandViewLines(definition, output);
    case 'function':
      return functionLines(definition);
    case 'feature service':
      return serviceLines(definition);
  }
}

type Option = readonly [name: string, value: string | null];

/** One line each; what is null is left out. */
function options(values: readonly Option[]): string[] {
  return values.flatMap(([name, value]) => (value === null ? [] : `  ${name}: ${value}`));
}

function metadataLines(metadata: {
  owner: string;
  description: string;
  tags: Readonly<Record<string, string>>;
}) {
  const tags = Object.entries(metadata.tags).map(([name, value]) => `${name}=${value}`);
  const orNull = (text: string) => (text === '' ? null : text);
  return options([
    ['description', orNull(metadata.description)],
    ['owner', orNull(metadata.owner)],
    ['tags', orNull(tags.join(', '))],
  ]);
}

function eventSourceLines(source: EventSource): string[] {
  const { dedupeMs } = source;
  return options([
    ['topic', source.topic],
    ['archive table', source.table],
    ['fields', fieldsText(source.fields)],
    ['event time', source.eventTime],
    ['event id', source.eventId],
    ['known at', source.knownAt],
    ['allowed lateness', formatDuration(source.allowedLatenessMs)],
    ['copies count once for', dedupeMs === null ? null : formatDuration(dedupeMs)],
    ['maximum clock skew', formatDuration(source.maxClockSkewMs)],
    ['maximum staleness', formatDuration(source.maxStalenessMs)],
    ['archive order', source.archiveOrder.length === 0 ? null : source.archiveOrder.join(', ')],
  ]);
}

function tableSourceLines(source: TableSource): string[] {
  return options([
    ['table', source.table],
    ['query', source.query],
    ['fields', source.fields.map(({ name, type }) => `${name}: ${type}`).join(', ')],
    ['event time', source.eventTime],
    ['known at', source.knownAt],
  ]);
}

function aggregationViewLines(view: AggregationView, output: Output): string[] {
  const rows = view.features.map((feature) => [
    feature.name,
    feature.type,
    operationText(feature),
    windowText(feature.window),
    feature.filter ?? '',
    feature.description,
  ]);
  return [
    ...options([
      ['entity', view.entity],
      ['source', view.source],
      ['key fields', view.keyFields.join(', ')],
      ['filter', view.filter],
    ]),
    ...view.derived.map(({ name, type, expression }) => `  derived column ${name}: ${type} = ${expression}`),
    ...options([
      ['batch', view.batch === null ? null : batchText(view.batch)],
      [
        'stream',
        view.stream === null ? null : `rows are held for ${formatDuration(view.stream.retentionMs)}`,
      ],
      ['schedule', view.schedule === null ? null : scheduleText(view.schedule)],
      ['fingerprint', view.fingerprint],
    ]),
    output.table(['feature', 'type', 'operation', 'window', 'filter', 'description'], rows),
  ];
}

/** `last_n(tail, n 5)`, `sum_by(price, by category, max_keys 1024)`, `count()`. */
function operationText({ operation, input, by, parameters }: AggregationFeature): string {
  const numbers = Object.entries(parameters).map(([name, value]) =>
    name.endsWith('_ms') ? `${name.slice(0, -3)} ${formatDuration(value)}` : `${name} ${value}`,
  );
  return `${operation}(${[input ?? [], by === null ? [] : `by ${by}`, numbers].flat().join(', ')})`;
}

function batchText({ intervalMs, horizonMs, cutHopMs }: BatchPlan): string {
  const made = intervalMs === null ? 'on demand' : `every ${formatDuration(intervalMs)}`;
  return `${made}, good for ${formatDuration(horizonMs)}, cuts at multiples of ${formatDuration(cutHopMs)}`;
}

function scheduleText({ intervalMs, waitMs, delayMs }: SchedulePlan): string {
  return `every ${formatDuration(intervalMs)}, of what is known ${formatDuration(waitMs)} later, served from ${formatDuration(delayMs)} later`;
}

function tableViewLines(view: TableView, output: Output): string[] {
  return [
    ...options([
      ['entity', view.entity],
      ['source', view.source],
      ['key fields', view.keyFields.join(', ')],
      ['maximum age', view.maxAgeMs === null ? null : formatDuration(view.maxAgeMs)],
      ['schedule', scheduleText(view.schedule)],
      ['fingerprint', view.fingerprint],
    ]),
    output.table(
      ['feature', 'type', 'field', 'description'],
      view.features.map(({ name, type, field, description }) => [name, type, field, description]),
    ),
  ];
}

function onDemandViewLines(view: OnDemandView, output: Output): string[] {
  const inputs = view.inputs.map(
    ({ column, feature: { view, version, feature }, type }) =>
      `${column}: ${type} = ${view}@${version}.${feature}`,
  );
  return [
    ...inputs.map((text) => `  input ${text}`),
    ...options([
      ['request', view.request.length === 0 ? null : fieldsText(view.request)],
      ['fingerprint', view.fingerprint],
    ]),
    output.table(
      ['feature', 'type', 'expression', 'description'],
      view.features.map(({ name, type, expression, description }) => [name, type, expression, description]),
    ),
  ];
}

function functionLines(own: UserFunction): string[] {
  return options([
    ['description', own.description === '' ? null : own.description],
    ['signature', signatureText(own)],
    ['evaluate', own.source],
    ['sql', own.sql],
  ]);
}

function serviceLines({ features, variants }: FeatureService): string[] {
  if (variants.length === 0) return features.map((reference) => `  ${referenceText(reference)}`);
  return variants.flatMap((variant) => [
    `  variant ${variant.name}: ${variant.sharePpm / (SHARE_PARTS / 100)} % of the entities`,
    ...variant.features.map((reference) => `    ${referenceText(reference)}`),
  ]);
}

function referenceText({ view, version, feature }: FeatureReference): string {
  return `${view}@${version}.${feature}`;
}
