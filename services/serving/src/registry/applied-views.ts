import { ForebayError } from '@forebay/contract';
import {
  type AggregationView,
  type EventSource,
  type FeatureReference,
  findView,
  type OnDemandView,
  type Project,
  sourceOf,
  type TableSource,
  type TableView,
  type View,
  viewsOf,
} from '@forebay/definitions';
import { type ComputedInput, ComputedView } from '../plan/computed-view';
import type { SelectedFeature } from '../plan/plan-columns';
import {
  type AnsweringView,
  type ReadableView,
  readableTableView,
  readableView,
} from '../plan/readable-view';
import { noSuch } from './unknown-name';

/** The views of a project of the registry, compiled; one that cannot be does not keep the others from being served. */
export class AppliedViews {
  /** By `name@version`. */
  readonly #views = new Map<string, AnsweringView | ForebayError>();
  readonly #newestVersions = new Map<string, number>();
  readonly #place: string;
  /** What did not change since is taken over from it; forgotten afterwards. */
  #earlier: AppliedViews | null;

  constructor(
    private readonly project: Project,
    before: AppliedViews | null,
  ) {
    this.#earlier = before;
    this.#place = `project "${project.name}"`;
    for (const { view } of viewsOf(project)) {
      this.#newestVersions.set(view.name, Math.max(view.version, this.#newestVersions.get(view.name) ?? 0));
    }
    for (const found of viewsOf(project)) this.#apply(found);
    this.#earlier = null;
  }

  /** Finds a feature; version 0 is the newest. Throws `not_found`, or why the view cannot be served. */
  select(reference: FeatureReference): SelectedFeature {
    const newest = this.#newestVersions.get(reference.view);
    if (newest === undefined)
      throw noSuch('view', reference.view, this.#place, [...this.#newestVersions.keys()]);
    const label = `${reference.view}@${reference.version === 0 ? newest : reference.version}`;
    const from = this.#views.get(label);
    if (from === undefined) {
      const versions = [...this.#views.keys()].filter((known) => known.startsWith(`${reference.view}@`));
      throw noSuch('view', label, this.#place, versions);
    }
    if (from instanceof ForebayError) throw from;
    const { features } = from.view;
    const feature = features.findIndex(({ name }) => name === reference.feature);
    if (feature >= 0) return { from, feature };
    const names = features.map(({ name }) => name);
    throw noSuch('feature', reference.feature, `view "${label}" of ${this.#place}`, names);
  }

  #apply(found: View): AnsweringView | ForebayError {
    const label = `${found.view.name}@${found.view.version}`;
    const known = this.#views.get(label);
    if (known !== undefined) return known;
    const place = `view "${label}"`;
    this.#views.set(label, new ForebayError('failed_precondition', `${place}: it is computed from itself`));
    let applied: AnsweringView | ForebayError;
    try {
      applied = found.kind === 'on-demand view' ? this.#computed(found.view) : this.#readable(found);
    } catch (error) {
      applied = ForebayError.from(error, place);
    }
    this.#views.set(label, applied);
    return applied;
  }

  /** A view is the same if its meaning, its source and its entity are; their ids stay as long as they do. */
  #readable(found: Exclude<View, { kind: 'on-demand view' }>): ReadableView {
    const { view } = found;
    const { entities, tableSources } = this.project;
    const source: EventSource | TableSource =
      found.kind === 'table view'
        ? present('source', view.source, tableSources)
        : sourceOf(this.project, found.view);
    const entity = present('entity', view.entity, entities);
    const before = this.#before(view);
    if (before !== null && !(before instanceof ComputedView)) {
      const { view: beforeView, source: beforeSource, entity: beforeEntity } = before as ReadableView;
      if (isSame([view, source, entity], [beforeView, beforeSource, beforeEntity]))
        return before as ReadableView;
    }
    return found.kind === 'table view'
      ? readableTableView(this.project.name, found.view, source as TableSource, entity)
      : readableView(this.project.name, found.view, source as EventSource, entity);
  }

  /** It is the same if its meaning, the project's functions and the views that it reads are. */
  #computed(view: OnDemandView): ComputedView {
    const { functions } = this.project;
    const inputs = view.inputs.map(({ feature }) => this.#input(feature));
    const before = this.#before(view);
    if (before instanceof ComputedView && isSame([view, functions], [before.view, before.functions])) {
      if (inputs.every(({ from }, i) => from === before.inputs[i]?.from)) return before;
    }
    return new ComputedView(this.project.name, view, functions, inputs);
  }

  #input(reference: FeatureReference): ComputedInput {
    const found = findView(this.project, reference.view, reference.version);
    if (found !== undefined) {
      const applied = this.#apply(found);
      if (applied instanceof ForebayError) throw applied;
    }
    return this.select(reference);
  }

  #before({ name, version }: AggregationView | TableView | OnDemandView): AnsweringView | null {
    const view = this.#earlier === null ? undefined : this.#earlier.#views.get(`${name}@${version}`);
    return view === undefined || view instanceof ForebayError ? null : view;
  }
}

function present<T extends { readonly name: string }>(what: string, name: string, all: readonly T[]): T {
  const found = all.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  throw new ForebayError('failed_precondition', `its ${what} "${name}" is not in the registry`);
}

function isSame(now: unknown, before: unknown): boolean {
  return JSON.stringify(now) === JSON.stringify(before);
}
