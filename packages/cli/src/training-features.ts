import { ForebayError } from '@forebay/contract';
import {
  type FeatureReference,
  featuresOfVariant,
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
    return featuresOfVariant(resolveFeatureService(snapshot, project.name, service), variant ?? null);
  return (features ?? []).map(({ view, feature }) => {
    const { name, version, features: known } = resolveView(snapshot, project.name, view).view;
    const names = known.map((each) => each.name);
    if (names.includes(feature)) return { view: name, version, feature };
    const nearest = nearestName(feature, names);
    const remedy = nearest === null ? `it has ${names.join(', ')}` : `did you mean "${nearest}"?`;
    throw new ForebayError('not_found', `view "${name}@${version}" has no feature "${feature}": ${remedy}`);
  });
}
