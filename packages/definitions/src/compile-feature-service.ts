import { checkShape, shownName } from './check-shape';
import { compileVariants } from './compile-variants';
import { MAX_FEATURES_PER_SERVICE } from './limits';
import { entitiesOf, requestOf } from './lookup';
import { compileMetadata } from './metadata';
import type { FeatureReference, FeatureService, Project } from './model';
import { checkCount, checkName, checkVersion, versioned } from './names';
import type { Problems } from './problems';
import type { FeatureServiceDeclaration } from './project-declaration';
import { selectFeatures, type ViewOf } from './select-features';
import { FEATURE_SERVICE_SHAPE } from './shapes';
import type { View } from './view';
import type { FeatureSelection, ViewDeclaration } from './view-declaration';

/** What a feature service is checked against. */
export interface ServiceContext {
  readonly viewOf: ViewOf;
  /** Without feature services. */
  readonly project: Project;
}

/** Null after a problem of its shape. */
export function compileFeatureService(
  declaration: FeatureServiceDeclaration,
  { viewOf, project }: ServiceContext,
  problems: Problems,
): FeatureService | null {
  const shapePlace = `feature service ${shownName(declaration.options)}`;
  if (checkShape(FEATURE_SERVICE_SHAPE, declaration.options, shapePlace, problems) === null) return null;
  const { name, features: selections, variants, version = 1 } = declaration.options;
  const place = `feature service "${versioned(name, version)}"`;
  checkName(name, place, problems);
  checkVersion(version, place, problems);
  const metadata = compileMetadata(declaration.options);
  if ((selections === undefined) === (variants === undefined)) {
    problems.add(place, 'it has features or variants, and not both: give one of them');
    return null;
  }
  const context = { viewOf, project };
  if (variants === undefined) {
    const { features } = compileList(selections, context, place, problems);
    return { id: 0, name, version, features, variants: [], metadata };
  }
  const lists = variants.map((variant) => ({
    name: variant.name,
    share: variant.share,
    ...compileList(variant.features, context, `${place}, variant "${variant.name}"`, problems),
  }));
  const compiled = compileVariants(lists, project, place, problems);
  return { id: 0, name, version, features: compiled[0]?.features ?? [], variants: compiled, metadata };
}

/** The features of a service, or of one of its variants, and their views. */
function compileList(
  selections: readonly (ViewDeclaration | FeatureSelection)[],
  { viewOf, project }: ServiceContext,
  place: string,
  problems: Problems,
): { readonly features: readonly FeatureReference[]; readonly views: readonly View[] } {
  if (selections.length === 0) problems.add(place, 'no features: list views, or what pick() gives');
  const selected = selections.flatMap(
    (selection) => selectFeatures(selection, viewOf, place, problems) ?? [],
  );
  const features = selected.flatMap(({ found: { view }, features: names }) =>
    names.map((feature) => ({ view: view.name, version: view.version, feature })),
  );
  checkCount(features.length, MAX_FEATURES_PER_SERVICE, 'features', place, problems);
  checkDuplicates(features, place, problems);
  const views = [...new Set(selected.map(({ found }) => found))];
  checkJoinKeys(views, project, place, problems);
  checkRequest(views, project, place, problems);
  return { features, views };
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
function checkJoinKeys(views: readonly View[], project: Project, place: string, problems: Problems): void {
  const types = new Map<string, { readonly type: string; readonly entity: string }>();
  for (const entity of new Set(views.flatMap((view) => entitiesOf(project, view)))) {
    for (const { name, type } of entity.joinKeys) {
      const other = types.get(name);
      if (other === undefined) types.set(name, { type, entity: entity.name });
      else if (other.type !== type) {
        problems.add(
          place,
          `join key "${name}" is ${other.type} in entity "${other.entity}" and ${type} in entity "${entity.name}": ` +
            'rename one, or make two feature services',
        );
      }
    }
  }
}

/** So must the name of a field of the request; a row of a training set has it and the join keys as its columns. */
function checkRequest(views: readonly View[], project: Project, place: string, problems: Problems): void {
  const types = new Map<string, { readonly type: string; readonly where: string }>();
  for (const entity of new Set(views.flatMap((view) => entitiesOf(project, view))))
    for (const { name, type } of entity.joinKeys)
      types.set(name, { type, where: `join key of entity "${entity.name}"` });
  for (const found of views) {
    const where = `request field of view "${versioned(found.view.name, found.view.version)}"`;
    for (const { name, type } of requestOf(project, found)) {
      const other = types.get(name);
      if (other === undefined) types.set(name, { type, where });
      else if (other.type !== type) {
        problems.add(
          place,
          `"${name}" is ${other.type} as ${other.where} and ${type} as ${where}: rename one, or make two feature services`,
        );
      }
    }
  }
}
