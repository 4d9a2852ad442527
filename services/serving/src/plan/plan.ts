import { encodeMessage, ForebayError } from '@forebay/contract';
import type { ScalarType } from '@forebay/definitions';
import { MAX_KEYS_PER_MGET } from '@forebay/online-store';
import { ComputedView } from './computed-view';
import type { Experiment } from './experiment';
import { type ClockedView, PlanClocks } from './plan-clocks';
import {
  type ColumnPlan,
  planColumns,
  type SelectedFeature,
  type ViewColumns,
  viewColumns,
} from './plan-columns';
import { type JoinKey, planEntityKeys, planRowKey, type RowKeyPlan, unionOfJoinKeys } from './plan-keys';
import type { AnsweringView, ReadableView } from './readable-view';

/** Rows of a request's response are laid out for at most so many columns. */
export const MAX_COLUMNS = 2_000;

/** A view that is read, since its features are in the response or since an on-demand view needs them. */
export interface PlannedView extends ClockedView {
  readonly index: number;
  readonly columns: ViewColumns;
  /** Which of the request's entity keys the view's parts are stored under: an index into `ServicePlan.entityKeys`. */
  readonly entityKey: number;
}

/** An on-demand view that is computed, since its features are in the response or since another one needs them. */
export interface PlannedComputation {
  /** Counted on from the planned views. */
  readonly index: number;
  readonly computed: ComputedView;
  readonly columns: ViewColumns;
  /** Of each request field of the view, its index in `ServicePlan.request`. */
  readonly fields: readonly number[];
}

/** What on-demand views need of a request. */
export interface RequestField {
  readonly name: string;
  readonly type: ScalarType;
  /** Who needs it, as `name@version`. */
  readonly views: readonly string[];
  /** Its values are those of the join key. */
  readonly isJoinKey: boolean;
}

/** Everything about a list of features that no request changes. */
export interface ServicePlan extends Omit<ColumnPlan, 'placed'> {
  /** `service@version`, or `features` for a list that a request gave. */
  readonly label: string;
  readonly project: string;
  readonly joinKeys: readonly JoinKey[];
  /** The distinct entity keys of the views: positions in `joinKeys`, in the entity's order. */
  readonly entityKeys: readonly (readonly number[])[];
  readonly rowKey: RowKeyPlan;
  readonly views: readonly PlannedView[];
  /** Each after those that it reads. */
  readonly computations: readonly PlannedComputation[];
  readonly request: readonly RequestField[];
  readonly columnCount: number;
  readonly encodedLayout: Uint8Array;
  readonly layoutIdBytes: Uint8Array;
  readonly clocks: PlanClocks;
  /** Keys of an entity row. */
  readonly keysPerRow: number;
  /** As many rows as fit into one MGET. */
  readonly rowsPerRead: number;
  /** null: one list of features answers for all rows. Otherwise the columns are those of the merged answers. */
  readonly experiment: Experiment | null;
}

/** Throws `failed_precondition` if the features cannot be read together. */
export function compilePlan(
  project: string,
  label: string,
  features: readonly SelectedFeature[],
): ServicePlan {
  if (features.length > MAX_COLUMNS) {
    const message = `${label} has ${features.length} features; ${MAX_COLUMNS} can be read at once: ask for them in parts`;
    throw new ForebayError('failed_precondition', message);
  }
  const { readables, computeds } = neededViews(features);
  const joinKeys = unionOfJoinKeys(label, readables);
  const { entityKeys, ofView } = planEntityKeys(readables, joinKeys);
  const progressTexts = [
    ...new Set(readables.flatMap(({ progressKey }) => (progressKey === null ? [] : [progressKey]))),
  ];
  const { placed, ...columns } = planColumns(features);
  const columnsOf = (view: AnsweringView) => viewColumns(placed.filter((_, i) => features[i]?.from === view));
  const views = readables.map(
    (readable, index): PlannedView => ({
      index,
      readable,
      columns: columnsOf(readable),
      entityKey: ofView[index] as number,
      progress: readable.progressKey === null ? -1 : progressTexts.indexOf(readable.progressKey),
    }),
  );
  const request = requestFields(label, computeds, joinKeys);
  const computations = computeds.map(
    (computed, i): PlannedComputation => ({
      index: views.length + i,
      computed,
      columns: columnsOf(computed),
      fields: computed.view.request.map(({ name }) => request.findIndex((field) => field.name === name)),
    }),
  );
  const progressKeys = progressTexts.map((key) => Buffer.from(key));
  const clocks = new PlanClocks(progressKeys, views);
  const keysPerRow = readables.reduce((sum, view) => sum + view.partPrefixes.length, 0);
  return {
    label,
    project,
    joinKeys,
    entityKeys,
    rowKey: planRowKey(joinKeys, entityKeys),
    views,
    computations,
    request,
    columnCount: features.length,
    ...columns,
    encodedLayout: encodeMessage('Layout', columns.layout),
    layoutIdBytes: Buffer.from(columns.layout.id),
    clocks,
    keysPerRow,
    rowsPerRead: Math.max(1, Math.floor((MAX_KEYS_PER_MGET - clocks.keyCount) / Math.max(1, keysPerRow))),
    experiment: null,
  };
}

/** All views that the features come from, directly or through on-demand views, which stand after those that they read. */
function neededViews(features: readonly SelectedFeature[]): {
  readonly readables: readonly ReadableView[];
  readonly computeds: readonly ComputedView[];
} {
  const readables = new Set<ReadableView>();
  const computeds = new Set<ComputedView>();
  const add = (view: AnsweringView): void => {
    if (!(view instanceof ComputedView)) {
      readables.add(view as ReadableView);
      return;
    }
    if (computeds.has(view)) return;
    for (const { from } of view.inputs) add(from);
    computeds.add(view);
  };
  for (const { from } of features) add(from);
  return { readables: [...readables], computeds: [...computeds] };
}

function requestFields(
  label: string,
  computeds: readonly ComputedView[],
  joinKeys: readonly JoinKey[],
): RequestField[] {
  const fields = new Map<string, RequestField>();
  for (const computed of computeds) {
    for (const { name, type } of computed.view.request) {
      const key = joinKeys.find((joinKey) => joinKey.name === name);
      const other = fields.get(name);
      const otherType = key?.type ?? other?.type ?? type;
      if (otherType !== type) {
        const where = key === undefined ? `of view "${other?.views[0]}"` : 'as a join key';
        const message = `${label}: "${name}" is ${otherType} ${where} and ${type} in the request of view "${computed.label}"; rename one of them`;
        throw new ForebayError('failed_precondition', message);
      }
      const views = [...(other?.views ?? []), computed.label];
      fields.set(name, { name, type, views, isJoinKey: key !== undefined });
    }
  }
  return [...fields.values()];
}
