import type { FeatureReference, FeatureService } from './model';

const labelsOf = (features: readonly FeatureReference[]) =>
  features.map(({ view, version, feature }) => `${view}@${version}.${feature}`);

/** The lists that a service answers with, as texts. */
function listsOf({ features, variants }: FeatureService): string[] {
  return (variants.length === 0 ? [features] : variants.map((variant) => variant.features)).map((list) =>
    labelsOf(list).join(),
  );
}

/**
 * Why a service may not change so under the same version; null: it may. A variant keeps its list, and at least one list
 * stays, so that what clients ask for goes on to have the same columns: an experiment begins with what was served
 * before, and ends with one of its variants.
 */
export function refuseServiceChange(before: FeatureService, after: FeatureService): string | null {
  const remedy = `declare it as version ${before.version + 1}`;
  for (const { name, features } of before.variants) {
    const now = after.variants.find((variant) => variant.name === name);
    if (now === undefined || labelsOf(now.features).join() === labelsOf(features).join()) continue;
    const differences = differencesOf(features, now.features);
    return `the list of its variant "${name}" changed under version ${before.version} (${differences}): give the variant another name, or ${remedy}`;
  }
  const lists = listsOf(before);
  if (listsOf(after).some((list) => lists.includes(list))) return null;
  if (before.variants.length === 0 && after.variants.length === 0) {
    const differences = differencesOf(before.features, after.features);
    return `its list of features changed under version ${before.version} (${differences}): ${remedy}`;
  }
  return `none of its lists of features stays under version ${before.version}: keep one of them as a variant, or ${remedy}`;
}

function differencesOf(before: readonly FeatureReference[], after: readonly FeatureReference[]): string {
  const [old, fresh] = [labelsOf(before), labelsOf(after)];
  const added = fresh.filter((label) => !old.includes(label)).map((label) => `${label} added`);
  const removed = old.filter((label) => !fresh.includes(label)).map((label) => `${label} removed`);
  const differences = [...added, ...removed];
  return differences.length === 0 ? 'in another order' : differences.join('; ');
}
