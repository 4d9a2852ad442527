/** The parts of a definition that make up the meaning of one feature, as text. */
import { formatDuration, type MessageInput } from '@forebay/contract';
import {
  type AggregationFeature,
  type AggregationView,
  type DerivedColumn,
  type EventSource,
  type OnDemandView,
  type SchedulePlan,
  type TableSource,
  type TableView,
  windowText,
} from '@forebay/definitions';
import { columnsIn } from './expression-text';

export type DefinitionLine = MessageInput<'DefinitionLine'>;

type Line = readonly [name: string, text: string | null];

const linesOf = (lines: readonly Line[]): DefinitionLine[] =>
  lines.flatMap(([name, text]) => (text === null || text === '' ? [] : [{ name, text }]));

export function aggregationLines(
  view: AggregationView,
  source: EventSource,
  feature: number,
): DefinitionLine[] {
  const of = view.features[feature] as AggregationFeature;
  const { batch, stream, schedule } = view;
  return linesOf([
    ['operation', operationText(of)],
    ['window', windowText(of.window)],
    ['input', of.input],
    ['by', of.by],
    ['filter', of.filter],
    ['view', `${view.name}@${view.version}`],
    ['filter of the view', view.filter],
    ...derivedOf(view, of).map((column): Line => [`derived column ${column.name}`, column.expression]),
    ['entity', `${view.entity} (${view.keyFields.join(', ')})`],
    ['source', `${source.name} (topic ${source.topic}, archive ${source.table})`],
    [
      'batch',
      batch === null
        ? null
        : `${batch.intervalMs === null ? 'on demand' : `every ${formatDuration(batch.intervalMs)}`}, good for ${formatDuration(batch.horizonMs)}`,
    ],
    ['stream', stream === null ? null : `rows held for ${formatDuration(stream.retentionMs)}`],
    ['schedule', schedule === null ? null : scheduleText(schedule)],
    ['fingerprint', view.fingerprint],
  ]);
}

/** The derived columns that the feature reads, also through each other. */
function derivedOf(
  view: AggregationView,
  { input, by, filter }: AggregationFeature,
): readonly DerivedColumn[] {
  const names = new Set(view.derived.map(({ name }) => name));
  const read = new Set<string>();
  const add = (expression: string | null) => {
    for (const name of columnsIn(expression ?? '', names)) {
      if (read.has(name)) continue;
      read.add(name);
      add(view.derived.find((column) => column.name === name)?.expression ?? null);
    }
  };
  for (const expression of [input, by, filter, view.filter]) add(expression);
  return view.derived.filter(({ name }) => read.has(name));
}

function operationText({ operation, parameters }: AggregationFeature): string {
  const texts = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  return texts.length === 0 ? operation : `${operation} (${texts.join(', ')})`;
}

function scheduleText({ intervalMs, waitMs, delayMs }: SchedulePlan): string {
  return `every ${formatDuration(intervalMs)}, of what is known ${formatDuration(waitMs)} later, served from ${formatDuration(delayMs)} later`;
}

export function tableLines(view: TableView, source: TableSource, feature: number): DefinitionLine[] {
  return linesOf([
    ['field', view.features[feature]?.field ?? null],
    ['view', `${view.name}@${view.version}`],
    ['entity', `${view.entity} (${view.keyFields.join(', ')})`],
    ['source', source.name],
    ['table', source.table],
    ['query', source.query],
    ['maximum age', view.maxAgeMs === null ? null : formatDuration(view.maxAgeMs)],
    ['schedule', scheduleText(view.schedule)],
    ['fingerprint', view.fingerprint],
  ]);
}

export function onDemandLines(view: OnDemandView, feature: number): DefinitionLine[] {
  return linesOf([
    ['expression', view.features[feature]?.expression ?? null],
    ['view', `${view.name}@${view.version}`],
    ['fingerprint', view.fingerprint],
  ]);
}
