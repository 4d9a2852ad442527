/** Names of the training set's columns: those of the rows, then the features. */
import { ForebayError } from '@forebay/contract';
import type { FeatureReference } from '@forebay/definitions';

const STATUS_SUFFIX = '__status';

/**
 * A feature's column has its name; `view__feature` where several features or a column of the rows have that name, and
 * `view_v2__feature` where they are of two versions of one view. Throws `invalid_request` where even that is taken.
 */
export function featureColumns(
  features: readonly FeatureReference[],
  rowColumns: readonly string[],
  withStatuses: boolean,
): string[] {
  const taken = new Set(rowColumns);
  const count = (name: (feature: FeatureReference) => string) => {
    const counts = new Map<string, number>();
    for (const feature of features) counts.set(name(feature), (counts.get(name(feature)) ?? 0) + 1);
    return (feature: FeatureReference) => counts.get(name(feature)) as number;
  };
  const short = ({ feature }: FeatureReference) => feature;
  const long = ({ view, feature }: FeatureReference) => `${view}__${feature}`;
  const longest = ({ view, version, feature }: FeatureReference) => `${view}_v${version}__${feature}`;
  const [ofShort, ofLong, ofLongest] = [count(short), count(long), count(longest)];
  const names = features.map((feature) => {
    if (ofLongest(feature) > 1) {
      throw new ForebayError(
        'invalid_request',
        `feature "${feature.view}@${feature.version}:${feature.feature}" is asked for twice`,
      );
    }
    if (ofShort(feature) === 1 && !taken.has(short(feature))) return short(feature);
    return ofLong(feature) === 1 && !taken.has(long(feature)) ? long(feature) : longest(feature);
  });
  const all = withStatuses ? names.flatMap((name) => [name, statusColumn(name)]) : names;
  const clash = all.find((name, i) => taken.has(name) || all.indexOf(name) !== i);
  if (clash === undefined) return names;
  throw new ForebayError(
    'invalid_request',
    `two columns of the training set would be "${clash}": rename that column of the rows, or ask for the feature in a training set of its own`,
  );
}

export function statusColumn(feature: string): string {
  return `${feature}${STATUS_SUFFIX}`;
}
