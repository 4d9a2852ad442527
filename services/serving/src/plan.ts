import { encodeMessage, ForebayError, type JoinKeyType, type MessageInput } from '@forebay/contract';
import {
  type AggregationFeature,
  type FeatureReference,
  type TableFeature,
  typeToMessage,
  vectorLength,
} from '@forebay/definitions';
import { MAX_KEYS_PER_MGET } from '@forebay/online-store';
import { layoutIdOf, type TypedKind, typedKindOf } from './value-types';
import type { ReadableView } from './view-plan';

/** Rows of a request's response are laid out for at most so many columns. */
export const MAX_COLUMNS = 2_000;

export interface JoinKey {
  readonly name: string;
  readonly type: JoinKeyType;
}

/** A feature of a view that the response has, and where it goes. */
export interface ViewColumn {
  /** Index of the feature in the view. */
  readonly feature: number;
  /** Index of the column in the layout. */
  readonly column: number;
  /** Position in a row of the float64 block, or −1. */
  readonly block: number;
  /** Index into the plan's typed columns, or −1. */
  readonly typed: number;
}

export interface PlannedView {
  readonly index: number;
  readonly readable: ReadableView;
  readonly columns: readonly ViewColumn[];
  /** Which of the request's entity keys the view's parts are stored under: an index into `ServicePlan.entityKeys`. */
  readonly entityKey: number;
  /** Index into `ServicePlan.progressKeys`; −1: the view has no stream. */
  readonly progress: number;
}

export interface TypedColumnPlan {
  readonly column: number;
  readonly kind: TypedKind;
  /** Numbers of a vector; 0 for other kinds. */
  readonly vectorLength: number;
}

/** Everything about a list of features that no request changes. */
export interface ServicePlan {
  /** `service@version`, or `features` for a list that a request gave. */
  readonly label: string;
  readonly project: string;
  readonly joinKeys: readonly JoinKey[];
  /** The distinct entity keys of the views: positions in `joinKeys`, in the entity's order. */
  readonly entityKeys: readonly (readonly number[])[];
  readonly views: readonly PlannedView[];
  readonly progressKeys: readonly Uint8Array[];
  readonly columnCount: number;
  readonly blockWidth: number;
  readonly typed: readonly TypedColumnPlan[];
  readonly layout: MessageInput<'Layout'> & { readonly id: string };
  readonly encodedLayout: Uint8Array;
  readonly layoutIdBytes: Uint8Array;
  /** Keys of markers and progress, which every read begins with, and keys of an entity row. */
  readonly headerKeys: number;
  readonly keysPerRow: number;
  /** As many rows as fit into one MGET. */
  readonly rowsPerRead: number;
}

/** A feature of the list to be planned. */
export interface SelectedFeature {
  readonly reference: FeatureReference;
  readonly readable: ReadableView;
  readonly feature: number;
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
  const readables = [...new Set(features.map((selected) => selected.readable))];
  const joinKeys = unionOfJoinKeys(label, readables);
  const entityKeys = distinctEntityKeys(readables, joinKeys);
  const progressTexts = [
    ...new Set(readables.flatMap(({ progressKey }) => (progressKey === null ? [] : [progressKey]))),
  ];
  const { placed, blockWidth, typed } = placeColumns(features);
  const views = readables.map(
    (readable, index): PlannedView => ({
      index,
      readable,
      columns: placed.filter((_, i) => features[i]?.readable === readable),
      entityKey: entityKeys.findIndex((positions) => sameKey(positions, positionsOf(readable, joinKeys))),
      progress: readable.progressKey === null ? -1 : progressTexts.indexOf(readable.progressKey),
    }),
  );
  const layout = layoutOf(features);
  const headerKeys =
    progressTexts.length +
    readables.reduce(
      (sum, view) => sum + Number(view.streamMarkerKey !== null) + Number(view.batchMarkerKey !== null),
      0,
    );
  const keysPerRow = readables.reduce((sum, view) => sum + view.partPrefixes.length, 0);
  return {
    label,
    project,
    joinKeys,
    entityKeys,
    views,
    progressKeys: progressTexts.map((key) => Buffer.from(key)),
    columnCount: features.length,
    blockWidth,
    typed,
    layout,
    encodedLayout: encodeMessage('Layout', layout),
    layoutIdBytes: Buffer.from(layout.id),
    headerKeys,
    keysPerRow,
    rowsPerRead: Math.max(1, Math.floor((MAX_KEYS_PER_MGET - headerKeys) / keysPerRow)),
  };
}

function unionOfJoinKeys(label: string, readables: readonly ReadableView[]): JoinKey[] {
  const union = new Map<string, { key: JoinKey; entity: string }>();
  for (const { entity } of readables) {
    for (const { name, type } of entity.joinKeys) {
      const other = union.get(name);
      if (other === undefined)
        union.set(name, { key: { name, type: type as JoinKeyType }, entity: entity.name });
      else if (other.key.type !== type) {
        const message = `${label}: join key "${name}" is ${other.key.type} in entity "${other.entity}" and ${type} in entity "${entity.name}"; rename one of them`;
        throw new ForebayError('failed_precondition', message);
      }
    }
  }
  return [...union.values()].map(({ key }) => key);
}

function positionsOf(readable: ReadableView, joinKeys: readonly JoinKey[]): number[] {
  return readable.entity.joinKeys.map(({ name }) => joinKeys.findIndex((key) => key.name === name));
}

function sameKey(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((position, i) => position === b[i]);
}

function distinctEntityKeys(readables: readonly ReadableView[], joinKeys: readonly JoinKey[]): number[][] {
  const all = readables.map((readable) => positionsOf(readable, joinKeys));
  return all.filter((positions, i) => all.findIndex((other) => sameKey(other, positions)) === i);
}

function featureOf({ readable, feature }: SelectedFeature): AggregationFeature | TableFeature {
  return readable.view.features[feature] as AggregationFeature | TableFeature;
}

function placeColumns(features: readonly SelectedFeature[]) {
  const typed: TypedColumnPlan[] = [];
  let blockWidth = 0;
  const placed = features.map((selected, column): ViewColumn => {
    if (selected.readable.inFloat64Block[selected.feature]) {
      return { feature: selected.feature, column, block: blockWidth++, typed: -1 };
    }
    const { type } = featureOf(selected);
    typed.push({ column, kind: typedKindOf(type), vectorLength: vectorLength(type) ?? 0 });
    return { feature: selected.feature, column, block: -1, typed: typed.length - 1 };
  });
  return { placed, blockWidth, typed };
}

function layoutOf(features: readonly SelectedFeature[]): ServicePlan['layout'] {
  const columns = features.map((selected) => ({
    name: featureOf(selected).name,
    type: typeToMessage(featureOf(selected).type),
    view: selected.readable.view.name,
    view_version: selected.readable.view.version,
    in_float64_block: selected.readable.inFloat64Block[selected.feature] === true,
  }));
  return { id: layoutIdOf(encodeMessage('Layout', { columns })), columns };
}
