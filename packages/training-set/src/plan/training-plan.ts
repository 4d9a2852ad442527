/** Which views must be folded and evaluated for the features that are asked for, and what their rows must bring. */
import { ForebayError } from '@forebay/contract';
import {
  type AggregationView,
  type Entity,
  type EventSource,
  entityOf,
  type FeatureReference,
  findView,
  type OnDemandView,
  type Project,
  sourceOf,
  type TableSource,
  type TableView,
  tableSourceOf,
  type ValueType,
} from '@forebay/definitions';
import type { RowField } from '../rows/label-rows';

/** A view that is folded, with the features of it that are needed. */
export type FoldedView =
  | {
      readonly kind: 'aggregation view';
      readonly view: AggregationView;
      readonly source: EventSource;
      readonly entity: Entity;
      readonly asked: readonly string[];
    }
  | {
      readonly kind: 'table view';
      readonly view: TableView;
      readonly source: TableSource;
      readonly entity: Entity;
      readonly asked: readonly string[];
    };

/** Where a feature's values come from. */
export interface FeaturePlace {
  /** Index into `folded`; null: it is an on-demand feature. */
  readonly folded: number | null;
  /** Among the asked features of the folded view, or among all on-demand features. */
  readonly index: number;
  readonly type: ValueType;
}

export interface TrainingPlan {
  readonly folded: readonly FoldedView[];
  /** Each after those that it reads. */
  readonly onDemand: readonly OnDemandView[];
  /** Of each feature that is asked for, in order. */
  readonly outputs: readonly FeaturePlace[];
  /** Where a feature that is needed comes from. */
  placeOf(reference: FeatureReference): FeaturePlace;
  /** What on-demand views take from the rows, each once. */
  readonly request: readonly RowField[];
}

/** Throws `not_found` for a feature that the project does not have, and `invalid_request` where two views want one request field in two types. */
export function trainingPlan(
  project: Project,
  features: readonly FeatureReference[],
  columns: Readonly<Record<string, string>>,
): TrainingPlan {
  const needed = new Needed(project);
  for (const feature of features) needed.add(feature);
  return needed.plan(features, columns);
}

/** The join keys of an entity as fields of the rows. */
export function keyFields(entity: Entity, columns: Readonly<Record<string, string>>): RowField[] {
  return entity.joinKeys.map(({ name, type }) => ({
    name,
    column: columns[name] ?? name,
    type,
    required: true,
  }));
}

/** A view with no more features than the asked ones and, of each window that none of them has, one: NOT_FOUND speaks of all windows. */
export function narrowedView(view: AggregationView, asked: readonly string[]): AggregationView {
  const windowOf = (name: string) =>
    JSON.stringify(view.features.find((feature) => feature.name === name)?.window);
  const kept = new Set(asked);
  const windows = new Set(asked.map(windowOf));
  for (const { name } of view.features) {
    if (windows.has(windowOf(name))) continue;
    windows.add(windowOf(name));
    kept.add(name);
  }
  return { ...view, features: view.features.filter(({ name }) => kept.has(name)) };
}

class Needed {
  readonly #project: Project;
  /** Names of features by label of a folded view. */
  readonly #asked = new Map<
    string,
    { view: AggregationView | TableView; kind: FoldedView['kind']; names: Set<string> }
  >();
  /** By label, in the order of evaluation. */
  readonly #onDemand = new Map<string, OnDemandView>();

  constructor(project: Project) {
    this.#project = project;
  }

  add(reference: FeatureReference): void {
    const found = findView(this.#project, reference.view, reference.version);
    const known = found?.view.features.some(({ name }) => name === reference.feature) ?? false;
    if (found === undefined || !known) {
      throw new ForebayError(
        'not_found',
        `project "${this.#project.name}" has no feature "${labelOf(reference)}:${reference.feature}"`,
      );
    }
    if (found.kind === 'on-demand view') {
      if (this.#onDemand.has(labelOf(reference))) return;
      for (const input of found.view.inputs) this.add(input.feature);
      this.#onDemand.set(labelOf(reference), found.view);
      return;
    }
    const label = labelOf(reference);
    const asked = this.#asked.get(label) ?? { view: found.view, kind: found.kind, names: new Set<string>() };
    asked.names.add(reference.feature);
    this.#asked.set(label, asked);
  }

  plan(features: readonly FeatureReference[], columns: Readonly<Record<string, string>>): TrainingPlan {
    const folded = [...this.#asked.values()].map((asked) => this.#foldedView(asked));
    const onDemand = [...this.#onDemand.values()];
    const places = new Map<string, FeaturePlace>();
    for (const [i, { view, asked }] of folded.entries()) {
      for (const [index, name] of asked.entries()) {
        const { type } = view.features.find((feature) => feature.name === name) as { type: ValueType };
        places.set(`${view.name}@${view.version}:${name}`, { folded: i, index, type });
      }
    }
    let next = 0;
    for (const { name, version, features } of onDemand) {
      for (const feature of features)
        places.set(`${name}@${version}:${feature.name}`, { folded: null, index: next++, type: feature.type });
    }
    const placeOf = (reference: FeatureReference) => {
      const place = places.get(`${labelOf(reference)}:${reference.feature}`);
      if (place === undefined)
        throw new ForebayError('internal', `no place for feature "${reference.feature}"`);
      return place;
    };
    return {
      folded,
      onDemand,
      outputs: features.map(placeOf),
      placeOf,
      request: requestFields(onDemand, columns),
    };
  }

  #foldedView(asked: {
    view: AggregationView | TableView;
    kind: FoldedView['kind'];
    names: Set<string>;
  }): FoldedView {
    const names = [...asked.names];
    const entity = entityOf(this.#project, asked.view);
    if (asked.kind === 'table view') {
      const view = asked.view as TableView;
      return { kind: 'table view', view, source: tableSourceOf(this.#project, view), entity, asked: names };
    }
    const view = asked.view as AggregationView;
    return {
      kind: 'aggregation view',
      view: narrowedView(view, names),
      source: sourceOf(this.#project, view),
      entity,
      asked: names,
    };
  }
}

function labelOf({ view, version }: FeatureReference): string {
  return `${view}@${version}`;
}

function requestFields(
  views: readonly OnDemandView[],
  columns: Readonly<Record<string, string>>,
): RowField[] {
  const fields = new Map<string, RowField>();
  for (const view of views) {
    for (const { name, type } of view.request) {
      const other = fields.get(name);
      if (other !== undefined && other.type !== type) {
        throw new ForebayError(
          'invalid_request',
          `request field "${name}" is ${other.type} in one on-demand view and ${type} in "${view.name}": ask for them in two training sets`,
        );
      }
      fields.set(name, { name, column: columns[name] ?? name, type, required: false });
    }
  }
  return [...fields.values()];
}
