/** What a training set was made of, and what it holds: the same for the same inputs, byte for byte. Pure. */
import { ForebayError, formatInstant } from '@forebay/contract';
import { type FeatureReference, findView, type Project, type ValueType } from '@forebay/definitions';
import type { Payload, Plan } from '@forebay/jobs';
import { type PartReceipt, partName } from './set-record';

const FORMAT = 1;

/** No instant of when it was made, no name of a job: two that are alike have the same manifest. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly project: string;
  readonly feature_service: string | null;
  readonly variant: string | null;
  readonly rows: {
    /** The query, or what people call the rows. */
    readonly from: string;
    readonly count: number;
    readonly timestamp_column: string | null;
    /** Join keys and request fields whose column has another name. */
    readonly renamed: Readonly<Record<string, string>>;
  };
  readonly known_as_of: string | null;
  readonly columns: readonly string[];
  readonly features: readonly ManifestFeature[];
  readonly files: readonly {
    readonly file: string;
    readonly rows: number;
    readonly bytes: number;
    readonly sha256: string;
  }[];
}

export interface ManifestFeature extends FeatureReference {
  readonly column: string;
  readonly type: ValueType;
  /** Of everything that gives the view its meaning. */
  readonly fingerprint: string;
  /** How many values have each status. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** @param parts of all chunks, in their order; there is one at least */
export function manifestOf(
  project: Project,
  job: Payload<'training_set'>,
  plan: Plan<'training_set'>,
  parts: readonly PartReceipt[],
): Manifest {
  const { columns } = parts[0] as PartReceipt;
  const named = job.from_served_log ? plan.served_columns : computedColumns(plan, columns, job.statuses);
  return {
    format: FORMAT,
    project: job.project,
    feature_service: plan.feature_service || null,
    variant: job.variant || null,
    rows: {
      from: rowsText(job),
      count: plan.rows,
      timestamp_column: job.timestamp_column || null,
      renamed: Object.fromEntries(job.columns.map(({ name, column }) => [name, column])),
    },
    known_as_of: job.has_known_as_of ? formatInstant(job.known_as_of_ms) : null,
    columns,
    features: plan.features.map((reference, i) => ({
      column: named[i] as string,
      ...reference,
      ...meaningOf(project, reference),
      statuses: sumOf(parts.map(({ statuses }) => statuses[i] ?? {})),
    })),
    files: parts.map(({ rows, bytes, sha256 }, chunk) => ({ file: partName(chunk), rows, bytes, sha256 })),
  };
}

function rowsText({
  from_served_log: isServed,
  rows_name: name,
  rows_query: query,
  from_ms: fromMs,
  to_ms: toMs,
}: Payload<'training_set'>): string {
  if (!isServed) return name || query;
  const from = fromMs === 0 ? '' : ` from ${formatInstant(fromMs)}`;
  const to = toMs === 0 ? '' : ` up to ${formatInstant(toMs)}`;
  return `the log of served vectors${from}${to}`;
}

/** Features that are computed are the last columns, each perhaps with its status behind it. */
function computedColumns(
  { features }: Plan<'training_set'>,
  columns: readonly string[],
  withStatuses: boolean,
): string[] {
  const step = withStatuses ? 2 : 1;
  const first = columns.length - features.length * step;
  return features.map((_, i) => columns[first + i * step] as string);
}

function meaningOf(project: Project, { view, version, feature }: FeatureReference) {
  const found = findView(project, view, version);
  const declared = found?.view.features.find(({ name }) => name === feature);
  if (found === undefined || declared === undefined)
    throw new ForebayError(
      'failed_precondition',
      `feature "${view}@${version}:${feature}" is not in the registry any more`,
    );
  return { type: declared.type, fingerprint: found.view.fingerprint };
}

function sumOf(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const counts of all)
    for (const [status, count] of Object.entries(counts)) sums[status] = (sums[status] ?? 0) + count;
  return sums;
}
