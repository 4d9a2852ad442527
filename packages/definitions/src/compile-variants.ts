import { SHARE_PARTS } from './entity-places';
import { MAX_VARIANTS_PER_SERVICE } from './limits';
import { entitiesOf, requestOf } from './lookup';
import type { FeatureReference, Field, Project, ServiceVariant, ValueType } from './model';
import { checkCount, checkName, listNames } from './names';
import type { Problems } from './problems';
import type { View } from './view';

const PARTS_OF_A_PERCENT = SHARE_PARTS / 100;

/** A variant with the views that its features are of. */
export interface SelectedVariant {
  readonly name: string;
  /** Percent. */
  readonly share: number;
  readonly features: readonly FeatureReference[];
  readonly views: readonly View[];
}

/** Checks what variants of one service must have in common. */
export function compileVariants(
  selected: readonly SelectedVariant[],
  project: Project,
  place: string,
  problems: Problems,
): ServiceVariant[] {
  if (selected.length === 0) problems.add(place, 'no variants: list at least one, or give features');
  checkCount(selected.length, MAX_VARIANTS_PER_SERVICE, 'variants', place, problems);
  checkNames(selected, place, problems);
  checkShares(selected, place, problems);
  const [first, ...others] = selected;
  if (first !== undefined) {
    checkColumnNames(first, place, problems);
    for (const other of others) checkSame(first, other, project, place, problems);
    if (joinKeysOf(first, project).length === 0)
      problems.add(place, 'its variants have no join keys: entities are split by them, so give features');
  }
  return selected.map(({ name, share, features }) => ({ name, sharePpm: partsOf(share), features }));
}

const partsOf = (share: number) => Math.round(share * PARTS_OF_A_PERCENT);

function checkNames(selected: readonly SelectedVariant[], place: string, problems: Problems): void {
  const seen = new Set<string>();
  for (const { name } of selected) {
    checkName(name, `${place}, variant "${name}"`, problems);
    if (seen.has(name)) problems.add(place, `variant "${name}" is listed twice: rename one`);
    seen.add(name);
  }
}

function checkShares(selected: readonly SelectedVariant[], place: string, problems: Problems): void {
  let sum = 0;
  for (const { name, share } of selected) {
    const parts = partsOf(share);
    sum += parts;
    if (share >= 0 && share <= 100 && Math.abs(share * PARTS_OF_A_PERCENT - parts) < 1e-6) continue;
    problems.add(
      `${place}, variant "${name}"`,
      `share ${share} is not a percentage from 0 to 100 with at most four decimals`,
    );
  }
  if (sum === SHARE_PARTS || selected.length === 0) return;
  problems.add(
    place,
    `the shares of its variants sum to ${sum / PARTS_OF_A_PERCENT} %: they must sum to 100 %`,
  );
}

/** Callers cannot tell which variant a row has before they ask: every variant takes the same request, and has the same columns. */
function checkSame(
  first: SelectedVariant,
  other: SelectedVariant,
  project: Project,
  service: string,
  problems: Problems,
): void {
  const place = `${service}, variant "${other.name}"`;
  checkColumns(first, other, place, problems);
  const same = (what: string, of: (variant: SelectedVariant, project: Project) => readonly Field[]) => {
    const [expected, found] = [first, other].map((variant) => fieldsText(of(variant, project)));
    if (expected === found) return;
    problems.add(
      place,
      `its ${what} are ${found}, and those of variant "${first.name}" are ${expected}: a request has the same for all variants`,
    );
  };
  same('join keys', joinKeysOf);
  same('request fields', requestFieldsOf);
}

/** A column that variants take from different views has nothing but its name. */
function checkColumnNames({ features }: SelectedVariant, place: string, problems: Problems): void {
  const names = features.map(({ feature }) => feature);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  problems.add(
    place,
    `two of its columns are named "${twice}": columns of variants are told apart by their names`,
  );
}

function checkColumns(
  first: SelectedVariant,
  other: SelectedVariant,
  place: string,
  problems: Problems,
): void {
  const [expected, found] = [columnsOf(first), columnsOf(other)];
  const rule = 'variants have columns of the same names and types, in the same order';
  for (let i = 0; i < Math.max(expected.length, found.length); i++) {
    if (expected[i] === found[i]) continue;
    const shown = (column: string | undefined) => (column === undefined ? 'missing' : `"${column}"`);
    problems.add(
      place,
      `column ${i + 1} is ${shown(found[i])}, and ${shown(expected[i])} in variant "${first.name}": ${rule}`,
    );
    return;
  }
}

/** `name: type` each. */
function columnsOf({ features, views }: SelectedVariant): string[] {
  return features.map(({ view, version, feature }) => {
    const found = views.find((each) => each.view.name === view && each.view.version === version);
    const all: readonly { readonly name: string; readonly type: ValueType }[] = found?.view.features ?? [];
    return `${feature}: ${all.find(({ name }) => name === feature)?.type}`;
  });
}

function joinKeysOf({ views }: SelectedVariant, project: Project): Field[] {
  return views.flatMap((view) => entitiesOf(project, view)).flatMap(({ joinKeys }) => joinKeys);
}

function requestFieldsOf(variant: SelectedVariant, project: Project): Field[] {
  const joinKeys = joinKeysOf(variant, project).map(({ name }) => name);
  return variant.views
    .flatMap((view) => requestOf(project, view))
    .filter(({ name }) => !joinKeys.includes(name));
}

function fieldsText(fields: readonly Field[]): string {
  return listNames([...new Set(fields.map(({ name, type }) => `${name}: ${type}`))].sort());
}
