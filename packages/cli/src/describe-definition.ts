import { formatDuration } from '@forebay/contract';
import {
  type AggregationFeature,
  type AggregationView,
  type BatchPlan,
  definitionName,
  type EventSource,
  enrichmentText,
  type FeatureReference,
  type FeatureService,
  JOINED_EVENT_ID,
  JOINED_EVENT_TIME,
  type JoinedSource,
  type KindedDefinition,
  type OnDemandView,
  recordFields,
  rekeyText,
  type SchedulePlan,
  type SequenceSource,
  SHARE_PARTS,
  type TableSource,
  type TableView,
  topicsOf,
  type UserFunction,
  windowText,
} from '@forebay/definitions';
import { fieldsText, onText, signatureText } from './catalogue';
import { outputText, seriesText } from './feature-outputs';
import type { Output } from './output';
import { ruleLines } from './quality-text';

/** What one definition says in full, for people: its title, its options, its features. */
export function definitionText(described: KindedDefinition, output: Output): string {
  const { kind, definition } = described;
  const title = output.colors.bold(`${kind} ${definitionName(definition)}`);
  const metadata = 'metadata' in definition ? metadataLines(definition.metadata) : [];
  const rules = 'quality' in definition ? ruleLines(definition) : [];
  return [title, ...metadata, ...linesOf(described, output), ...rules].join('\n');
}

function linesOf({ kind, definition }: KindedDefinition, output: Output): string[] {
  switch (kind) {
    case 'entity':
      return options([['join keys', fieldsText(definition.joinKeys)]]);
    case 'event source':
      return eventSourceLines(definition);
    case 'joined source':
      return joinedSourceLines(definition);
    case 'sequence source':
      return sequenceSourceLines(definition);
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
    [source.otherTopics === undefined ? 'topic' : 'topics', topicsOf(source).join(', ')],
    ['archive table', source.table],
    ['format', formatText(source)],
    ['fields', fieldsText(recordFields(source))],
    ['looked up', lookedUpText(source)],
    ['from elsewhere', elsewhereText(source)],
    ['event time', source.eventTime],
    ['event id', source.eventId],
    ['known at', source.knownAt],
    ['allowed lateness', formatDuration(source.allowedLatenessMs)],
    ['copies count once for', dedupeMs === null ? null : formatDuration(dedupeMs)],
    ['maximum clock skew', formatDuration(source.maxClockSkewMs)],
    ['maximum staleness', formatDuration(source.maxStalenessMs)],
    ['keyed by', keyedByText(source)],
    ['re-keyed', source.rekey === undefined ? null : rekeyText(source.rekey)],
    ['archive order', source.archiveOrder.length === 0 ? null : source.archiveOrder.join(', ')],
  ]);
}

/** Null: it is not declared. */
function keyedByText({ keyedBy }: EventSource): string | null {
  if (keyedBy === undefined) return null;
  return keyedBy.length === 0 ? 'nothing' : keyedBy.join(', ');
}

/** Null: records have all fields. */
function lookedUpText({ fields, enrichments = [] }: EventSource): string | null {
  const texts = enrichments.map((enrichment) => {
    const type = fields.find(({ name }) => name === enrichment.field)?.type;
    return `${enrichment.field}: ${type} (${enrichmentText(enrichment)})`;
  });
  return texts.length === 0 ? null : texts.join(', ');
}

function joinedSourceLines(source: JoinedSource): string[] {
  return options([
    ['left', source.left],
    ['right', source.right],
    ['on', onText(source)],
    ['within', formatDuration(source.withinMs)],
    [
      'fields',
      source.fields.map(({ name, type, side, field }) => `${name}: ${type} (${side}.${field})`).join(', '),
    ],
    ['event time', `${JOINED_EVENT_TIME}, that of ${source.right}`],
    ['event id', `${JOINED_EVENT_ID}, made of both`],
  ]);
}

function sequenceSourceLines(source: SequenceSource): string[] {
  return options([
    ['source', source.source],
    ['by', source.by.join(', ')],
    ['first', source.first],
    ['second', source.second],
    ['within', formatDuration(source.withinMs)],
  ]);
}

function formatText({ format: { encoding, schema, message } }: EventSource): string {
  if (encoding === 'json') return encoding;
  if (schema === null) return `${encoding}, schemas of a registry`;
  return message === null ? `${encoding} of a given schema` : `${encoding} message ${message}`;
}

/** The fields that do not stand under their own name; null: all do. */
function elsewhereText({ format: { paths, headers }, otherTopics = [] }: EventSource): string | null {
  const texts = [
    ...Object.entries(paths).map(([name, path]) => `${name} at ${path}`),
    ...Object.entries(headers).map(([name, header]) => `${name} in header ${header}`),
    ...otherTopics.flatMap((other) =>
      Object.entries(other.paths).map(([name, path]) => `${name} at ${path} in ${other.topic}`),
    ),
  ];
  return texts.length === 0 ? null : texts.join(', ');
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
      ['output', outputText(view)],
      ['series', seriesText(view)],
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

function batchText({ intervalMs, cron, horizonMs, cutHopMs }: BatchPlan): string {
  const made =
    intervalMs === null
      ? 'on demand'
      : cron === undefined
        ? `every ${formatDuration(intervalMs)}`
        : `at "${cron}" (UTC)`;
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
