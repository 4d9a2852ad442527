/** What a training set came to, for people: its size, the share of each status, and what looks like a mistake. */
import type { FeatureReference } from '@forebay/definitions';
import type { TrainingSetResult } from '@forebay/training-set';
import type { Output } from './output';
import { readableBytes, readableCount } from './readable';

export interface TrainingFeature extends FeatureReference {
  /** Its column of the training set. */
  readonly column: string;
  /** Rows by status. */
  readonly statuses: Readonly<Record<string, number>>;
}

export interface TrainingSetReport {
  readonly project: string;
  readonly file: string;
  readonly format: string;
  readonly bytes: number;
  readonly rows: number;
  /** Rows × features. */
  readonly values: number;
  /** Events and rows of tables that were folded. */
  readonly events: number;
  readonly seconds: number;
  readonly columns: readonly string[];
  readonly features: readonly TrainingFeature[];
  readonly warnings: readonly string[];
}

/** The features with the columns that they have in the file: the last ones, each perhaps with its status behind it. */
export function trainingFeatures(
  references: readonly FeatureReference[],
  { columns, statuses }: TrainingSetResult,
  withStatuses: boolean,
): TrainingFeature[] {
  const step = withStatuses ? 2 : 1;
  const first = columns.length - references.length * step;
  return references.map((reference, i) => ({
    ...reference,
    column: columns[first + i * step] as string,
    statuses: statuses[i] ?? {},
  }));
}

export function reportText(report: TrainingSetReport, output: Output): string {
  const { rows, features, file, format, bytes, values, events, seconds } = report;
  const names = Object.keys(features[0]?.statuses ?? {});
  const shown = names.filter((name) => features.some(({ statuses }) => (statuses[name] ?? 0) > 0));
  const lines = features.map(({ column, view, version, statuses }) => [
    column,
    `${view}@${version}`,
    ...shown.map((name) => shareText(statuses[name] ?? 0, rows)),
  ]);
  const table = rows === 0 ? [] : [output.table(['feature', 'view', ...shown], lines)];
  return [
    ...table,
    `${readableCount(rows)} rows, ${readableCount(values)} values from ${readableCount(events)} events, in ${seconds.toFixed(1)} s`,
    `${file}: ${format}, ${readableBytes(bytes)}, ${report.columns.length} columns`,
  ].join('\n');
}

/** `100 %`, `12.3 %`, `<0.1 %`; nothing for none, and never 100 % for less than all. */
export function shareText(count: number, all: number): string {
  if (count === 0) return '';
  if (count === all) return '100 %';
  const percent = (100 * count) / all;
  if (percent < 0.1) return '<0.1 %';
  return percent > 99.9 ? '>99.9 %' : `${percent.toFixed(1)} %`;
}

/** What a status in every row means, most likely. */
const SUSPECTED = {
  NOT_FOUND:
    "nothing of these entities lies before the rows' instants in any window: look at the values of the join keys, at the column of instants " +
    '(integers are milliseconds, a time without a zone is UTC), and at whether the history of that time is there (forebay status)',
  OUTSIDE_MAX_AGE:
    'the newest row of the table is older than max_age: look at the column of instants, and at how the table is filled',
  NULL_VALUE: 'there are events, but no value: look at the inputs, filters and expressions of these features',
} as const;

/** Degraded values, and features that have the same suspicious status in every row, by view. */
export function trainingSetWarnings(rows: number, features: readonly TrainingFeature[]): string[] {
  if (rows === 0) return ['the rows are none: the training set has its columns only'];
  const suspected = Object.entries(SUSPECTED).flatMap(([status, meaning]) => {
    const all = features.filter(({ statuses }) => statuses[status] === rows);
    return [...new Set(all.map(viewOf))].map((view) => {
      const names = all.filter((feature) => viewOf(feature) === view).map(({ feature }) => feature);
      const whole = names.length === features.filter((feature) => viewOf(feature) === view).length;
      const what = whole ? `all features of view "${view}" are` : `${names.join(', ')} of view "${view}":`;
      return `${what} ${status} in every row: ${meaning}`;
    });
  });
  const degraded = features.flatMap((feature) => {
    const count = feature.statuses.DEGRADED ?? 0;
    if (count === 0) return [];
    return [
      `${feature.feature} of view "${viewOf(feature)}" is DEGRADED in ${readableCount(count)} rows: more keys than declared, or an integer sum beyond 2^53`,
    ];
  });
  return [...suspected, ...degraded];
}

function viewOf({ view, version }: FeatureReference): string {
  return `${view}@${version}`;
}
