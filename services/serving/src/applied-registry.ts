import { ForebayError } from '@forebay/contract';
import {
  type AggregationView,
  definitionName,
  type Entity,
  type EventSource,
  type FeatureReference,
  type FeatureService,
  type Project,
  type RegistrySnapshot,
  type TableSource,
  type TableView,
} from '@forebay/definitions';
import { compilePlan, type SelectedFeature, type ServicePlan } from './plan';
import { RecentMap } from './recent-map';
import { noSuch } from './unknown-name';
import { type ReadableView, readableTableView, readableView } from './view-plan';

/** Plans of feature lists that requests gave, kept per project. */
export const KEPT_LIST_PLANS = 256;

export interface AppliedService {
  readonly definition: FeatureService;
  /** A service that cannot be planned does not keep the others from being served. */
  readonly plan: ServicePlan | ForebayError;
  readonly entities: readonly Entity[];
}

/** A project of the registry, compiled: what a request names is looked up, never searched. */
class AppliedProject {
  readonly #services = new Map<string, AppliedService>();
  readonly #views = new Map<string, ReadableView | ForebayError>();
  readonly #newestVersions = new Map<string, number>();
  readonly #lists = new RecentMap<string, ServicePlan>(KEPT_LIST_PLANS);

  constructor(
    readonly project: Project,
    reuse: (project: Project, stored: StoredView) => ReadableView | null,
  ) {
    for (const stored of storedViewsOf(project)) {
      const { name, version } = stored.view;
      this.#views.set(`${name}@${version}`, reuse(project, stored) ?? compileReadable(project, stored));
      this.#newestVersions.set(name, Math.max(version, this.#newestVersions.get(name) ?? 0));
    }
    const byVersion = [...project.featureServices].sort((a, b) => a.version - b.version);
    for (const definition of byVersion) {
      const applied = this.#apply(definition);
      this.#services.set(`${definition.name}@${definition.version}`, applied);
      this.#services.set(definition.name, applied);
    }
  }

  get services(): Iterable<AppliedService> {
    return this.#services.values();
  }

  readable(label: string): ReadableView | null {
    const view = this.#views.get(label);
    return view === undefined || view instanceof ForebayError ? null : view;
  }

  service(name: string): AppliedService {
    const applied = this.#services.get(name);
    if (applied === undefined) {
      throw noSuch(
        'feature service',
        name,
        `project "${this.project.name}"`,
        this.project.featureServices.map(definitionName),
      );
    }
    return applied;
  }

  list(features: readonly FeatureReference[]): ServicePlan {
    if (features.length === 0)
      throw new ForebayError('invalid_request', 'the list of features is empty: name at least one');
    const key = JSON.stringify(features.map(({ view, version, feature }) => [view, version, feature]));
    return this.#lists.getOrMake(key, () =>
      compilePlan(
        this.project.name,
        'features',
        features.map((reference) => this.#select(reference)),
      ),
    );
  }

  #apply(definition: FeatureService): AppliedService {
    const label = `${definition.name}@${definition.version}`;
    try {
      const selected = definition.features.map((reference) => this.#select(reference));
      const entities = [...new Set(selected.map(({ readable }) => readable.entity))];
      return { definition, plan: compilePlan(this.project.name, label, selected), entities };
    } catch (error) {
      return { definition, plan: ForebayError.from(error, `feature service "${label}"`), entities: [] };
    }
  }

  #select(reference: FeatureReference): SelectedFeature {
    const place = `project "${this.project.name}"`;
    const newest = this.#newestVersions.get(reference.view);
    if (newest === undefined) throw noSuch('view', reference.view, place, [...this.#newestVersions.keys()]);
    const label = `${reference.view}@${reference.version === 0 ? newest : reference.version}`;
    const readable = this.#views.get(label);
    if (readable === undefined) {
      const versions = [...this.#views.keys()].filter((known) => known.startsWith(`${reference.view}@`));
      throw noSuch('view', label, place, versions);
    }
    if (readable instanceof ForebayError) throw readable;
    const feature = readable.view.features.findIndex(({ name }) => name === reference.feature);
    if (feature < 0) {
      throw noSuch(
        'feature',
        reference.feature,
        `view "${label}" of ${place}`,
        readable.view.features.map(({ name }) => name),
      );
    }
    return { reference, readable, feature };
  }
}

/** A view whose values are stored, and its source; undefined: it is not in the registry. */
type StoredView =
  | {
      readonly kind: 'aggregation view';
      readonly view: AggregationView;
      readonly source: EventSource | undefined;
    }
  | { readonly kind: 'table view'; readonly view: TableView; readonly source: TableSource | undefined };

function storedViewsOf({ aggregationViews, eventSources, tableViews, tableSources }: Project): StoredView[] {
  return [
    ...aggregationViews.map((view) => {
      const source = eventSources.find(({ name }) => name === view.source);
      return { kind: 'aggregation view', view, source } as const;
    }),
    ...tableViews.map((view) => {
      const source = tableSources.find(({ name }) => name === view.source);
      return { kind: 'table view', view, source } as const;
    }),
  ];
}

function compileReadable(project: Project, stored: StoredView): ReadableView | ForebayError {
  const { view } = stored;
  const entity = project.entities.find(({ name }) => name === view.entity);
  const place = `view "${view.name}@${view.version}"`;
  if (stored.source === undefined)
    return new ForebayError(
      'failed_precondition',
      `${place}: its source "${view.source}" is not in the registry`,
    );
  if (entity === undefined)
    return new ForebayError(
      'failed_precondition',
      `${place}: its entity "${view.entity}" is not in the registry`,
    );
  try {
    return stored.kind === 'table view'
      ? readableTableView(stored.view, stored.source, entity)
      : readableView(stored.view, stored.source, entity);
  } catch (error) {
    return ForebayError.from(error, place);
  }
}

/** A registry snapshot, compiled whole before it is used; never changed afterwards. */
export class AppliedRegistry {
  readonly version: number;
  readonly #projects = new Map<string, AppliedProject>();

  /** What did not change since `previous` is taken over from it. */
  constructor(snapshot: RegistrySnapshot, previous: AppliedRegistry | null = null) {
    this.version = snapshot.version;
    const earlier = previous === null ? new Map<string, AppliedProject>() : previous.#projects;
    for (const project of snapshot.projects) {
      const before = earlier.get(project.name);
      this.#projects.set(
        project.name,
        new AppliedProject(project, (now, stored) => reusable(before, now, stored)),
      );
    }
  }

  /** `name` or `name@version`. Throws `not_found`, or why the service cannot be served. */
  servicePlan(project: string, name: string): ServicePlan {
    const { plan } = this.service(project, name);
    if (plan instanceof ForebayError) throw plan;
    return plan;
  }

  service(project: string, name: string): AppliedService {
    return this.#project(project).service(name);
  }

  /** The plan of a list of features; version 0 is the newest. Throws `not_found` for what is not in the registry. */
  listPlan(project: string, features: readonly FeatureReference[]): ServicePlan {
    return this.#project(project).list(features);
  }

  /** Every service that cannot be served, with the reason. */
  failures(): ForebayError[] {
    const plans = [...this.#projects.values()].flatMap((project) =>
      [...project.services].map(({ plan }) => plan),
    );
    return [...new Set(plans)].filter((plan) => plan instanceof ForebayError);
  }

  #project(name: string): AppliedProject {
    const project = this.#projects.get(name);
    if (project !== undefined) return project;
    if (name === '')
      throw new ForebayError('invalid_request', 'project is empty: name the project of the features');
    throw noSuch('project', name, 'the registry', [...this.#projects.keys()]);
  }
}

/** A view is the same if its meaning, its source and its entity are; their ids stay as long as they do. */
function reusable(
  before: AppliedProject | undefined,
  now: Project,
  { view, source }: StoredView,
): ReadableView | null {
  const readable = before?.readable(`${view.name}@${view.version}`);
  if (readable === undefined || readable === null) return null;
  const entity = now.entities.find(({ name }) => name === view.entity);
  const known = [readable.view, readable.source, readable.entity];
  return JSON.stringify([view, source, entity]) === JSON.stringify(known) ? readable : null;
}
