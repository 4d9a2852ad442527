import type { OnDemandInput, ScalarType, ValueType } from './model';
import { checkColumnName, versioned } from './names';
import type { Problems } from './problems';
import type { SelectedFeatures } from './select-features';

/**
 * The features that an on-demand view's expressions may read, as columns: `feature`, or `view__feature` where several
 * inputs have features of one name. Of a whole view those that expressions can take, which are the scalars.
 */
export function onDemandInputs(
  selected: readonly SelectedFeatures[],
  place: string,
  problems: Problems,
): OnDemandInput[] {
  const inputs = selected.flatMap(({ found, features, whole }) =>
    features.flatMap((name): OnDemandInput[] => {
      const { view } = found;
      const feature = view.features.find((candidate) => candidate.name === name);
      if (feature === undefined) return [];
      const reference = { view: view.name, version: view.version, feature: name };
      if (isScalar(feature.type)) return [{ column: name, feature: reference, type: feature.type }];
      if (!whole) {
        problems.add(
          place,
          `input "${name}" of view "${versioned(view.name, view.version)}" is ${feature.type}, and expressions take scalars: leave it out`,
        );
      }
      return [];
    }),
  );
  return distinctColumns(inputs, place, problems);
}

function distinctColumns(
  inputs: readonly OnDemandInput[],
  place: string,
  problems: Problems,
): OnDemandInput[] {
  const once = new Map(inputs.map((input) => [referenceText(input), input]));
  const named = [...once.values()];
  const shared = (name: string) => named.filter(({ feature }) => feature.feature === name).length > 1;
  const seen = new Map<string, OnDemandInput>();
  for (const input of named) {
    const { view, feature } = input.feature;
    const column = shared(feature) ? `${view}__${feature}` : feature;
    const other = seen.get(column);
    if (other !== undefined) {
      problems.add(
        place,
        `inputs "${referenceText(other)}" and "${referenceText(input)}" are both column "${column}": leave one of them out`,
      );
    } else if (checkColumnName(column, `${place}, input "${referenceText(input)}"`, problems)) {
      seen.set(column, { ...input, column });
    }
  }
  return [...seen.values()];
}

function referenceText({ feature: { view, version, feature } }: OnDemandInput): string {
  return `${versioned(view, version)}.${feature}`;
}

function isScalar(type: ValueType): type is ScalarType {
  return !type.includes('<');
}
