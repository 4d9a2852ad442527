/** The rows of the log of served vectors that have an outcome, as a SELECT: what the model was given, and what became of it. */
import { ForebayError, formatInstant } from '@forebay/contract';
import {
  entitiesOf,
  type FeatureReference,
  type Field,
  findView,
  type Project,
  requestOf,
  type ValueType,
} from '@forebay/definitions';
import {
  type OfflineStore,
  PREDICTIONS_TABLE,
  quoteName,
  quoteText,
  SERVED_LAYOUTS_TABLE,
  SERVED_VECTORS_TABLE,
} from '@forebay/offline-store';
import { statusColumn } from '../plan/output-columns';
import {
  SERVED_ALIAS,
  type ServedColumn,
  servedKeySql,
  servedRequestSql,
  servedValueSql,
} from './served-columns';

export interface ServedSelection {
  readonly project: Project;
  /** `name@version`, as the log has it. */
  readonly featureService: string;
  /** Null: of a service without variants. */
  readonly variant: string | null;
  /** Of the instants that the values speak of; null: open. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Outcomes that came later do not count; null: all that are there. */
  readonly knownAsOfMs: number | null;
  readonly withStatuses: boolean;
}

export interface ServedRows {
  /** In the order of as_of, request id and row. */
  readonly query: string;
  /** In the order of the columns. */
  readonly features: readonly (FeatureReference & { readonly column: string; readonly type: ValueType })[];
}

/** What an outcome may be, and the columns that have it. */
const OUTCOME_KINDS = { number: 'outcome_number', text: 'outcome_text', list: 'outcome_list' } as const;
type OutcomeKind = keyof typeof OUTCOME_KINDS;

/** Throws `failed_precondition` where nothing of it was logged, or no outcome came; `invalid_request` for layouts or outcomes of several kinds. */
export async function servedRows(store: OfflineStore, selection: ServedSelection): Promise<ServedRows> {
  const layouts = await layoutsOf(store, selection);
  const outcome = await outcomeKind(store, selection);
  const columns = layouts[0] as readonly ServedColumn[];
  const fields = servedFields(selection.project, columns);
  const own = ['request_id', 'row', ...fields.all.map(({ name }) => name), 'as_of', 'outcome', 'outcome_at'];
  const named = columns.map((column) => ({
    column: own.includes(column.name) ? `${column.view}__${column.name}` : column.name,
    ...column,
  }));
  const selected = [
    `${SERVED_ALIAS}.request_id AS request_id`,
    `${SERVED_ALIAS}.row AS row`,
    ...fields.keys.map(servedKeySql),
    ...fields.request.map(servedRequestSql),
    `${SERVED_ALIAS}.as_of AS as_of`,
    `o.outcome AS outcome`,
    `o.became_at AS outcome_at`,
    ...named.flatMap((column, i) => {
      const value = `${servedValueSql(column, i + 1)} AS ${quoteName(column.column)}`;
      if (!selection.withStatuses) return [value];
      const status = `toString(${SERVED_ALIAS}.statuses[${i + 1}]) AS ${quoteName(statusColumn(column.column))}`;
      return [value, status];
    }),
  ];
  return {
    query: `SELECT ${selected.join(', ')}
FROM ${SERVED_VECTORS_TABLE} AS ${SERVED_ALIAS}
INNER JOIN (${outcomesSql(selection, outcome)}) AS o ON ${SERVED_ALIAS}.request_id = o.of_request AND ${SERVED_ALIAS}.row = o.of_row
WHERE ${vectorCondition(selection)}
ORDER BY ${SERVED_ALIAS}.as_of, ${SERVED_ALIAS}.request_id, ${SERVED_ALIAS}.row`,
    features: named.map(({ column, name, view, version, type }) => ({
      column,
      view,
      version,
      feature: name,
      type,
    })),
  };
}

/** The newest of each row. */
function outcomesSql(selection: ServedSelection, kind: OutcomeKind): string {
  const newest = '(p.received_at, p.outcome_at)';
  return `SELECT p.request_id AS of_request, p.row AS of_row, argMax(tuple(p.${OUTCOME_KINDS[kind]}), ${newest}).1 AS outcome,
    argMax(tuple(p.outcome_at), ${newest}).1 AS became_at
  FROM ${PREDICTIONS_TABLE} AS p WHERE ${outcomeCondition(selection)} GROUP BY p.request_id, p.row`;
}

function vectorCondition({ project, featureService, variant, fromMs, toMs }: ServedSelection): string {
  const instant = (ms: number) => `fromUnixTimestamp64Milli(toInt64(${ms}), 'UTC')`;
  return [
    `${SERVED_ALIAS}.project = ${quoteText(project.name)}`,
    `${SERVED_ALIAS}.feature_service = ${quoteText(featureService)}`,
    ...(variant === null ? [] : [`${SERVED_ALIAS}.variant = ${quoteText(variant)}`]),
    ...(fromMs === null ? [] : [`${SERVED_ALIAS}.as_of >= ${instant(fromMs)}`]),
    ...(toMs === null ? [] : [`${SERVED_ALIAS}.as_of < ${instant(toMs)}`]),
  ].join(' AND ');
}

function outcomeCondition({ project, knownAsOfMs }: ServedSelection): string {
  const known =
    knownAsOfMs === null
      ? ''
      : ` AND p.received_at <= fromUnixTimestamp64Milli(toInt64(${knownAsOfMs}), 'UTC')`;
  return `p.project = ${quoteText(project.name)} AND isNotNull(p.outcome_at)${known}`;
}

/** Layouts that differ in their number only are one: their columns are the same. */
async function layoutsOf(store: OfflineStore, selection: ServedSelection): Promise<ServedColumn[][]> {
  const found = await store.rows<{
    names: string[];
    types: ValueType[];
    views: string[];
    view_versions: number[];
    places: number[];
  }>(
    `SELECT DISTINCT names, types, views, view_versions, places FROM ${SERVED_LAYOUTS_TABLE} WHERE layout IN
       (SELECT layout FROM ${SERVED_VECTORS_TABLE} AS ${SERVED_ALIAS} WHERE ${vectorCondition(selection)}) ORDER BY names, view_versions`,
  );
  const { featureService, variant, fromMs, toMs } = selection;
  const what = `feature service "${featureService}"${variant === null ? '' : `, variant "${variant}"`}`;
  if (found.length === 0) {
    const span = [
      fromMs === null ? '' : ` from ${formatInstant(fromMs)}`,
      toMs === null ? '' : ` up to ${formatInstant(toMs)}`,
    ].join('');
    throw new ForebayError(
      'failed_precondition',
      `${what}: nothing of it was logged${span}; serving logs with FOREBAY_SERVING_LOG_CLICKHOUSE_URL and a share (docs/SERVED-LOG.md)`,
    );
  }
  if (found.length > 1)
    throw new ForebayError(
      'invalid_request',
      `${what}: its vectors have ${found.length} layouts in this time, so they are no one table; narrow the time (--from, --to)`,
    );
  return found.map(({ names, types, views, view_versions: versions, places }) =>
    names.map((name, i) => ({
      name,
      type: types[i] as ValueType,
      view: views[i] as string,
      version: versions[i] as number,
      place: places[i] as number,
    })),
  );
}

async function outcomeKind(store: OfflineStore, selection: ServedSelection): Promise<OutcomeKind> {
  const kinds = Object.keys(OUTCOME_KINDS) as OutcomeKind[];
  const [found] = await store.rows<Record<OutcomeKind, number>>(
    `SELECT toFloat64(countIf(isNotNull(p.outcome_number))) AS number, toFloat64(countIf(isNotNull(p.outcome_text))) AS text,
       toFloat64(countIf(notEmpty(p.outcome_list))) AS list
     FROM ${PREDICTIONS_TABLE} AS p WHERE ${outcomeCondition(selection)} AND p.request_id IN
       (SELECT request_id FROM ${SERVED_VECTORS_TABLE} AS ${SERVED_ALIAS} WHERE ${vectorCondition(selection)})`,
  );
  const present = kinds.filter((kind) => (found?.[kind] ?? 0) > 0);
  const [only] = present;
  if (only === undefined)
    throw new ForebayError(
      'failed_precondition',
      `feature service "${selection.featureService}": none of its logged vectors has an outcome; send outcomes with LogPrediction (docs/SERVED-LOG.md)`,
    );
  if (present.length === 1) return only;
  throw new ForebayError(
    'invalid_request',
    `feature service "${selection.featureService}": its outcomes are ${present.join(' and ')}; a label has one type: select the rows by a query of your own`,
  );
}

/** The join keys, and the data of the request, that the features take. */
export function servedFields(
  project: Project,
  columns: readonly ServedColumn[],
): { readonly keys: Field[]; readonly request: Field[]; readonly all: Field[] } {
  const views = [...new Set(columns.map(({ view, version }) => `${view}@${version}`))].map((label) => {
    const at = label.lastIndexOf('@');
    const found = findView(project, label.slice(0, at), Number(label.slice(at + 1)));
    if (found !== undefined) return found;
    throw new ForebayError(
      'failed_precondition',
      `view "${label}", whose values were served, is not in the registry any more: its join keys are not known`,
    );
  });
  const unique = (fields: readonly Field[]) => [
    ...new Map(fields.map((field) => [field.name, field])).values(),
  ];
  const keys = unique(views.flatMap((view) => entitiesOf(project, view).flatMap(({ joinKeys }) => joinKeys)));
  const request = unique(views.flatMap((view) => requestOf(project, view))).filter(
    ({ name }) => !keys.some((key) => key.name === name),
  );
  return { keys, request, all: [...keys, ...request] };
}
