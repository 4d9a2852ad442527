import { ForebayError } from '@forebay/contract';
import {
  definitionName,
  type Entity,
  type FeatureReference,
  type FeatureService,
  type Project,
  type RegistrySnapshot,
  VariantSplit,
} from '@forebay/definitions';
import { planExperiment } from '../plan/experiment';
import { compilePlan, type ServicePlan } from '../plan/plan';
import { AppliedViews } from './applied-views';
import { RecentMap } from './recent-map';
import { NOBODY, noSuch, type ToldTo } from './unknown-name';

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
  readonly #lists = new RecentMap<string, ServicePlan>(KEPT_LIST_PLANS);
  readonly #views: AppliedViews;

  constructor(
    readonly project: Project,
    before: AppliedProject | null,
  ) {
    this.#views = new AppliedViews(project, before === null ? null : before.#views);
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

  service(name: string, told: ToldTo): AppliedService {
    const applied = this.#services.get(name);
    if (applied !== undefined) return applied;
    const { name: project, featureServices } = this.project;
    const readable = featureServices.filter((service) => told.mayRead(project, service.name));
    throw noSuch('feature service', name, `project "${project}"`, readable.map(definitionName));
  }

  list(features: readonly FeatureReference[]): ServicePlan {
    if (features.length === 0)
      throw new ForebayError('invalid_request', 'the list of features is empty: name at least one');
    const key = JSON.stringify(features.map(({ view, version, feature }) => [view, version, feature]));
    return this.#lists.getOrMake(key, () =>
      compilePlan(
        this.project.name,
        'features',
        features.map((reference) => this.#views.select(reference)),
      ),
    );
  }

  #plan(definition: FeatureService, label: string): ServicePlan {
    const { variants } = definition;
    const planOf = (features: readonly FeatureReference[], of: string) =>
      compilePlan(
        this.project.name,
        of,
        features.map((reference) => this.#views.select(reference)),
      );
    if (variants.length === 0) return planOf(definition.features, label);
    const split = new VariantSplit(this.project.name, definition.name, variants);
    const planned = variants.map(({ name, features }) => ({ name, plan: planOf(features, label) }));
    return planExperiment(split, planned);
  }

  #apply(definition: FeatureService): AppliedService {
    const label = `${definition.name}@${definition.version}`;
    try {
      const plan = this.#plan(definition, label);
      const plans =
        plan.experiment === null ? [plan] : plan.experiment.variants.map((variant) => variant.plan);
      const views = plans.flatMap(({ views: planned }) => planned.map(({ readable }) => readable));
      return { definition, plan, entities: [...new Set(views.map(({ entity }) => entity))] };
    } catch (error) {
      return { definition, plan: ForebayError.from(error, `feature service "${label}"`), entities: [] };
    }
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
      this.#projects.set(project.name, new AppliedProject(project, earlier.get(project.name) ?? null));
    }
  }

  get projects(): readonly string[] {
    return [...this.#projects.keys()];
  }

  /** `name` or `name@version`. Throws `not_found`, or why the service cannot be served. */
  servicePlan(project: string, name: string, told: ToldTo = NOBODY): ServicePlan {
    const { plan } = this.service(project, name, told);
    if (plan instanceof ForebayError) throw plan;
    return plan;
  }

  service(project: string, name: string, told: ToldTo = NOBODY): AppliedService {
    return this.#project(project, told).service(name, told);
  }

  /** The plan of a list of features; version 0 is the newest. Throws `not_found` for what is not in the registry. */
  listPlan(project: string, features: readonly FeatureReference[], told: ToldTo = NOBODY): ServicePlan {
    return this.#project(project, told).list(features);
  }

  /** Every service that cannot be served, with the reason. */
  failures(): ForebayError[] {
    const plans = [...this.#projects.values()].flatMap((project) =>
      [...project.services].map(({ plan }) => plan),
    );
    return [...new Set(plans)].filter((plan) => plan instanceof ForebayError);
  }

  /** Throws `not_found`. */
  requireProject(name: string, told: ToldTo = NOBODY): void {
    this.#project(name, told);
  }

  #project(name: string, told: ToldTo): AppliedProject {
    const project = this.#projects.get(name);
    if (project !== undefined) return project;
    if (name === '')
      throw new ForebayError('invalid_request', 'project is empty: name the project of the features');
    const own = [...this.#projects.keys()].filter((project) => told.isOfTenant(project));
    throw noSuch('project', name, 'the registry', own);
  }
}
