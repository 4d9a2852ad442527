import { type OtherValue, STATUS, tickAt } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import type { FeatureVectors } from '../answer/feature-vectors';
import type { ServicePlan } from '../plan/plan';
import type { AnsweringView } from '../plan/readable-view';
import { type FeastEncoding, type FeastValue, wholeSeconds } from './encodings';
import { fullName } from './feature-references';
import { type PlannedColumn, plannedColumns } from './planned-columns';
import type { FeastRequest, GivenColumn, GivenValue } from './request';
import { type DegradedAs, fieldStatus } from './statuses';

/** Of what Feast has no time: join keys, and values of what was not found. It is 1970 on the wire. */
const NO_TIME_MS = 0;

/** A column of an answer: one value, status and event time for each row. */
export interface AnswerColumn {
  readonly name: string;
  readonly encoding: FeastEncoding;
  readonly values: readonly (FeastValue | null)[];
  /** Numbers of `feast.serving.FieldStatus`. */
  readonly statuses: Uint8Array;
  readonly timesMs: Float64Array;
}

/** The answer to a Feast client, before it is bytes or JSON. */
export interface FeastAnswer {
  readonly columns: readonly AnswerColumn[];
  /** What the answer is named in the log of served vectors; empty: it is not named. */
  readonly requestId: string;
  /** null: not asked for. */
  readonly views: readonly { readonly name: string; readonly version: number }[] | null;
}

/** Two columns of an answer would have one name. */
export class NameCollision extends ForebayError {
  constructor(message: string) {
    super('invalid_request', message);
  }
}

/** Told of the DEGRADED values of a view, which a client of Feast cannot see. */
export type OnDegraded = (view: AnsweringView, values: number) => void;

/** The names that the answer's features will have. Throws NameCollision if two are the same. */
export function namesOf(plan: ServicePlan, { selection, fullFeatureNames }: FeastRequest): string[] {
  const taken = new Set(plan.joinKeys.map(({ name }) => name));
  return plannedColumns(plan).map(({ name, reference }, i) => {
    const asked = selection.kind === 'features' ? selection.features[i] : undefined;
    const shown = fullFeatureNames ? fullName(asked ?? reference) : name;
    if (taken.has(shown)) {
      const remedy = fullFeatureNames
        ? 'ask for each feature once'
        : 'set full_feature_names, or ask for them in two requests';
      throw new NameCollision(`two columns of the answer are named "${shown}": ${remedy}`);
    }
    taken.add(shown);
    return shown;
  });
}

/** The columns of an answer: the join keys as they were given, then the features in the order in which they were asked for. */
export function answerColumns(
  names: readonly string[],
  echoed: readonly GivenColumn[],
  vectors: FeatureVectors,
  degradedAs: DegradedAs,
  onDegraded: OnDegraded,
): AnswerColumn[] {
  const numbers = new DataView(vectors.block.buffer, vectors.block.byteOffset, vectors.block.byteLength);
  const features = plannedColumns(vectors.plan).map((column, i): AnswerColumn => {
    const values = valuesOf(column, vectors, numbers);
    const statuses = statusesOf(column, values, vectors, degradedAs, onDegraded);
    const timesMs = timesOf(column, statuses, vectors);
    return { name: names[i] as string, encoding: column.encoding, values, statuses, timesMs };
  });
  return [...echoed.map(echo), ...features];
}

/** The views of the features, each with its version; Feast numbers them as we do. */
export function viewVersions(plan: ServicePlan): FeastAnswer['views'] {
  const views = new Map(plannedColumns(plan).map(({ from }) => [from.label, from.view]));
  return [...views.values()].map(({ name, version }) => ({ name, version }));
}

function echo({ name, values }: GivenColumn): AnswerColumn {
  const [first] = values as readonly [GivenValue];
  const same = values.every(({ kind }) => kind === first.kind);
  return {
    name,
    // given as integers of both widths: the wider one has room for all
    encoding: (same ? first.kind : 'int64') as FeastEncoding,
    values: values.map(({ value }) => value),
    statuses: new Uint8Array(values.length).fill(STATUS.PRESENT),
    timesMs: new Float64Array(values.length).fill(NO_TIME_MS),
  };
}

function valuesOf(
  { block, typed, encoding }: PlannedColumn,
  { plan, rows, typed: others }: FeatureVectors,
  numbers: DataView,
): (FeastValue | null)[] {
  const values = new Array<FeastValue | null>(rows);
  if (block < 0) {
    const column = others[typed] as readonly (OtherValue | null)[];
    for (let row = 0; row < rows; row++) values[row] = otherValue(encoding, column[row] as OtherValue | null);
    return values;
  }
  for (let row = 0; row < rows; row++) {
    const number = numbers.getFloat64((row * plan.blockWidth + block) * 8, true);
    values[row] = Number.isNaN(number) ? null : numberValue(encoding, number);
  }
  return values;
}

function numberValue(encoding: FeastEncoding, number: number): FeastValue {
  if (encoding === 'bool') return number !== 0;
  return encoding === 'timestamp' ? wholeSeconds(number) : number;
}

function otherValue(encoding: FeastEncoding, value: OtherValue | null): FeastValue | null {
  if (encoding === 'timestamp' && value !== null) return wholeSeconds(Number(value));
  if (encoding === 'timestamp_list' && value !== null) {
    return (value as readonly (number | bigint)[]).map((ms) => wholeSeconds(Number(ms)));
  }
  return value;
}

function statusesOf(
  { column, from }: PlannedColumn,
  values: (FeastValue | null)[],
  { plan, statuses, rows }: FeatureVectors,
  degradedAs: DegradedAs,
  onDegraded: OnDegraded,
): Uint8Array {
  const shown = new Uint8Array(rows);
  let degraded = 0;
  for (let row = 0; row < rows; row++) {
    const status = statuses[row * plan.columnCount + column] as number;
    if (status === STATUS.DEGRADED) degraded++;
    shown[row] = fieldStatus(status, values[row] === null, degradedAs);
    // clients that look at values only must not see what is to be kept from them
    if (shown[row] === STATUS.OUTSIDE_MAX_AGE) values[row] = null;
  }
  if (degraded > 0) onDegraded(from, degraded);
  return shown;
}

/** The event time of a table's row; of a windowed or computed value the instant that it speaks of. */
function timesOf(
  { view }: PlannedColumn,
  statuses: Uint8Array,
  { plan, asOfMs, newestEventsMs, rows }: FeatureVectors,
): Float64Array {
  const times = new Float64Array(rows);
  const schedule = view === null ? null : view.readable.schedule;
  const instantMs = schedule === null ? asOfMs : tickAt(schedule, asOfMs);
  const isTable = view !== null && 'maxAgeMs' in view.readable.view;
  for (let row = 0; row < rows; row++) {
    const rowTimeMs = isTable
      ? ((newestEventsMs as Float64Array)[row * plan.views.length + view.index] as number)
      : instantMs;
    times[row] = statuses[row] === STATUS.NOT_FOUND || Number.isNaN(rowTimeMs) ? NO_TIME_MS : rowTimeMs;
  }
  return times;
}
