import type { AggregationViewDeclaration, FeatureSelection, FeatureServiceDeclaration } from './declarations';
import { MAX_FEATURES_PER_SERVICE } from './limits';
import { compileMetadata } from './metadata';
import type { AggregationView, Entity, FeatureReference, FeatureService } from './model';
import { checkCount, checkName, checkVersion, listNames, versioned } from './names';
import type { Problems } from './problems';
import { checkShape, FEATURE_SERVICE_SHAPE, shownName } from './shapes';

/** What a feature service is checked against. A view of `null` is broken, which has been said already. */
export interface ServiceContext {
  readonly views: ReadonlyMap<AggregationViewDeclaration, AggregationView | null>;
  readonly entities: readonly Entity[];
}

/** Null after a problem of its shape. */
export function compileFeatureService(
  declaration: FeatureServiceDeclaration,
  context: ServiceContext,
  problems: Problems,
): FeatureService | null {
  const shapePlace = `feature service ${shownName(declaration.options)}`;
  if (checkShape(FEATURE_SERVICE_SHAPE, declaration.options, shapePlace, problems) === null) return null;
  const { name, features: selections, version = 1 } = declaration.options;
  const place = `feature service "${versioned(name, version)}"`;
  checkName(name, place, problems);
  checkVersion(version, place, problems);
  if (selections.length === 0) problems.add(place, 'no features: list views, or what pick() gives');
  const used = new Set<AggregationView>();
  const features = selections.flatMap((selection) => expand(selection, context, used, place, problems));
  checkCount(features.length, MAX_FEATURES_PER_SERVICE, 'features', place, problems);
  checkDuplicates(features, place, problems);
  checkJoinKeys(used, context.entities, place, problems);
  return { id: 0, name, version, features, metadata: compileMetadata(declaration.options) };
}

function expand(
  selection: AggregationViewDeclaration | FeatureSelection,
  context: ServiceContext,
  used: Set<AggregationView>,
  place: string,
  problems: Problems,
): FeatureReference[] {
  const declared = selection.kind === 'feature selection' ? selection.view : selection;
  const view = context.views.get(declared);
  if (view === undefined) {
    problems.add(
      place,
      `view ${shownName(declared.options)} is not in the project: add it to aggregationViews`,
    );
    return [];
  }
  if (view === null) return [];
  used.add(view);
  const known = Object.keys(declared.options.features);
  const names = selection.kind === 'feature selection' ? selection.features : known;
  if (names.length === 0) problems.add(place, `pick() of view "${view.name}" names no features`);
  return names.flatMap((feature) => {
    if (known.includes(feature)) return [{ view: view.name, version: view.version, feature }];
    problems.add(
      place,
      `view "${versioned(view.name, view.version)}" has no feature "${feature}": its features are ${listNames(known)}`,
    );
    return [];
  });
}

function checkDuplicates(features: readonly FeatureReference[], place: string, problems: Problems): void {
  const seen = new Set<string>();
  for (const { view, version, feature } of features) {
    const reference = `"${feature}" of view "${versioned(view, version)}"`;
    if (seen.has(reference)) problems.add(place, `feature ${reference} is listed twice: list it once`);
    seen.add(reference);
  }
}

/** A request gives one list of values for each name of a join key, so the name must mean one type. */
function checkJoinKeys(
  used: ReadonlySet<AggregationView>,
  entities: readonly Entity[],
  place: string,
  problems: Problems,
): void {
  const types = new Map<string, { readonly type: string; readonly entity: string }>();
  for (const view of used) {
    const entity = entities.find((candidate) => candidate.name === view.entity);
    for (const { name, type } of entity?.joinKeys ?? []) {
      const other = types.get(name);
      if (other === undefined) types.set(name, { type, entity: view.entity });
      else if (other.type !== type) {
        problems.add(
          place,
          `join key "${name}" is ${other.type} in entity "${other.entity}" and ${type} in entity "${view.entity}": ` +
            'rename one, or make two feature services',
        );
      }
    }
  }
}
