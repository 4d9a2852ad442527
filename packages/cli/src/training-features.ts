import { ForebayError } from '@forebay/contract';
import {
  definitionName,
  type FeatureReference,
  type FeatureService,
  type Project,
  type RegistrySnapshot,
  resolveFeatureService,
  resolveView,
} from '@forebay/definitions';
import { nearestName } from '@forebay/service-kit';
import type { FeatureArgument } from './arguments';

/** What a training set may be asked for. */
export interface TrainingSelection {
  readonly service?: string;
  /** Of the service. */
  readonly variant?: string;
  readonly features?: readonly FeatureArgument[];
}

/** Throws `not_found`; `invalid_request` where a service has several variants and none of them is chosen. */
export function trainingFeaturesOf(
  snapshot: RegistrySnapshot,
  project: Project,
  { service, variant, features }: TrainingSelection,
): readonly FeatureReference[] {
  if (service !== undefined)
    return variantFeatures(resolveFeatureService(snapshot, project.name, service), variant);
  return (features ?? []).map(({ view, feature }) => {
    const { name, version, features: known } = resolveView(snapshot, project.name, view).view;
    const names = known.map((each) => each.name);
    if (names.includes(feature)) return { view: name, version, feature };
    const nearest = nearestName(feature, names);
    const remedy = nearest === null ? `it has ${names.join(', ')}` : `did you mean "${nearest}"?`;
    throw new ForebayError('not_found', `view "${name}@${version}" has no feature "${feature}": ${remedy}`);
  });
}

/** A model is trained on what one variant says: rows of several would mix two meanings in one column. */
function variantFeatures(service: FeatureService, variant: string | undefined): readonly FeatureReference[] {
  const { features, variants } = service;
  const label = `feature service "${definitionName(service)}"`;
  const names = variants.map(({ name }) => name).join(', ');
  if (variant === undefined) {
    if (variants.length < 2) return features;
    throw new ForebayError(
      'invalid_request',
      `${label} has variants: choose one with --variant, of ${names}`,
    );
  }
  const found = variants.find(({ name }) => name === variant);
  if (found !== undefined) return found.features;
  const remedy = variants.length === 0 ? 'it has none' : `it has ${names}`;
  throw new ForebayError('not_found', `${label} has no variant "${variant}": ${remedy}`);
}
