import { aggregationView } from '../aggregation-view-declaration';
import { checkShape, shownName } from '../check-shape';
import { entity, eventSource } from '../declarations';
import { defineFunction } from '../function-declaration';
import { onDemandView } from '../on-demand-view-declaration';
import type { Problems } from '../problems';
import { featureService, type ProjectDeclaration, project } from '../project-declaration';
import { tableSource, tableView } from '../table-view-declaration';
import type { FeatureSelection, ViewDeclaration } from '../view-declaration';
import { declareWrittenFeature } from './declare-feature';
import { NamedDeclarations, NamedViews } from './references';
import {
  INPUT_REFERENCES,
  SERVICE_REFERENCES,
  WRITTEN_FEATURES,
  type WrittenSelection,
  YAML_PROJECT_SHAPE,
} from './yaml-shapes';

type Written = Readonly<Record<string, unknown>>;

/**
 * The declarations that a document says: each names others where TypeScript would hand them over. What names something
 * that is not there is left out, after a problem; null if nothing could be read.
 */
export function declareProject(
  document: unknown,
  place: string,
  problems: Problems,
): ProjectDeclaration | null {
  const written = checkShape(YAML_PROJECT_SHAPE, document, place, problems);
  return written === null ? null : new ProjectReader(problems).read(written);
}

/** What the functions of declarations take: options of any shape, which compiling checks. */
const unchecked = (options: object) => options as never;

class ProjectReader {
  readonly #views = new NamedViews();

  constructor(private readonly problems: Problems) {}

  read(written: ReturnType<typeof YAML_PROJECT_SHAPE.parse>): ProjectDeclaration {
    const entities = list(written.entities).map((options) => entity(unchecked(options)));
    const eventSources = list(written.eventSources).map((options) => eventSource(unchecked(options)));
    const tableSources = list(written.tableSources).map((options) => tableSource(unchecked(options)));
    const entityNames = new NamedDeclarations(entities, ENTITIES);
    const eventSourceNames = new NamedDeclarations(eventSources, EVENT_SOURCES);
    const tableSourceNames = new NamedDeclarations(tableSources, TABLE_SOURCES);
    const aggregationViews = this.#viewsOf(written.aggregationViews, (options, place) => {
      const owner = entityNames.namedBy(options, 'entity', place, this.problems);
      const source = eventSourceNames.namedBy(options, 'source', place, this.problems);
      const features = this.#features(options, place);
      if (owner === null || source === null || features === null) return null;
      return aggregationView(unchecked({ ...options, entity: owner, source, features }));
    });
    const tableViews = this.#viewsOf(written.tableViews, (options, place) => {
      const owner = entityNames.namedBy(options, 'entity', place, this.problems);
      const source = tableSourceNames.namedBy(options, 'source', place, this.problems);
      if (owner === null || source === null) return null;
      return tableView(unchecked({ ...options, entity: owner, source }));
    });
    const onDemandViews = this.#onDemandViews(list(written.onDemandViews));
    return project({
      name: written.name,
      entities,
      eventSources,
      tableSources,
      aggregationViews,
      tableViews,
      onDemandViews,
      functions: list(written.functions).map((options) => defineFunction(unchecked(options))),
      featureServices: list(written.featureServices).flatMap((options) => this.#service(options) ?? []),
    });
  }

  #viewsOf<V extends ViewDeclaration>(
    written: readonly Written[] | undefined,
    declare: (options: Written, place: string) => V | null,
  ): V[] {
    return list(written).flatMap((options) => {
      const view = declare(options, viewPlaceOf(options));
      this.#views.add(options, view);
      return view ?? [];
    });
  }

  /** They may be written in any order, so all of them are known before their inputs are found. */
  #onDemandViews(written: readonly Written[]) {
    const declared = written.map((options) => {
      const inputs: (ViewDeclaration | FeatureSelection)[] = [];
      const place = viewPlaceOf(options);
      const shaped = checkShape(INPUT_REFERENCES, options, place, this.problems);
      const view = shaped === null ? null : onDemandView(unchecked({ ...options, inputs }));
      this.#views.add(options, view);
      return { view, inputs, place, references: shaped?.inputs ?? [] };
    });
    const whole = declared.filter(({ inputs, place, references }) => {
      const found = references.map((reference) => this.#views.select(reference, place, this.problems));
      inputs.push(...found.filter((input) => input !== null));
      return !found.includes(null);
    });
    return whole.flatMap(({ view }) => view ?? []);
  }

  #service(options: Written) {
    const place = `feature service ${shownName(options)}`;
    const shaped = checkShape(SERVICE_REFERENCES, options, place, this.problems);
    if (shaped === null) return null;
    const lists = {
      ...(shaped.features === undefined ? {} : { features: this.#selections(shaped.features, place) }),
      ...(shaped.variants === undefined
        ? {}
        : {
            variants: shaped.variants.map((variant) => ({
              ...variant,
              features: this.#selections(variant.features, `${place}, variant ${shownName(variant)}`),
            })),
          }),
    };
    const selected = [lists.features ?? [], ...(lists.variants ?? []).map(({ features }) => features)];
    return selected.flat().includes(null) ? null : featureService(unchecked({ ...options, ...lists }));
  }

  #selections(references: readonly WrittenSelection[], place: string) {
    return references.map((each) => this.#views.select(each, place, this.problems));
  }

  #features(options: Written, place: string) {
    const shaped = checkShape(WRITTEN_FEATURES, options, place, this.problems);
    if (shaped === null) return null;
    const features = Object.entries(shaped.features);
    return Object.fromEntries(features.map(([name, feature]) => [name, declareWrittenFeature(feature)]));
  }
}

const ENTITIES = { one: 'entity', any: 'an entity', many: 'entities' };
const EVENT_SOURCES = { one: 'event source', any: 'an event source', many: 'event sources' };
const TABLE_SOURCES = { one: 'table source', any: 'a table source', many: 'table sources' };

function list(written: readonly Written[] | undefined): readonly Written[] {
  return written ?? [];
}

function viewPlaceOf(options: Written): string {
  return `view ${shownName(options)}`;
}
