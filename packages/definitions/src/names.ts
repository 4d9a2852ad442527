import { FIELD_NAME_PATTERN, MAX_VERSION, NAME_PATTERN, RESERVED_WORDS } from './limits';
import type { Problems } from './problems';

/** Checks the name of anything that is declared. */
export function checkName(name: string, place: string, problems: Problems): boolean {
  if (NAME_PATTERN.test(name)) return true;
  problems.add(
    place,
    `"${name}" is not a name: use a lowercase letter, then up to 62 lowercase letters, digits or _`,
  );
  return false;
}

/** Checks the name of a field or a derived column, which expressions must be able to name. */
export function checkColumnName(name: string, place: string, problems: Problems): boolean {
  if (!FIELD_NAME_PATTERN.test(name)) {
    problems.add(
      place,
      `"${name}" is not a name of a field: use a letter, then up to 62 letters, digits or _`,
    );
    return false;
  }
  if (RESERVED_WORDS.has(name)) {
    problems.add(place, `"${name}" is a reserved word of expressions: rename the field`);
    return false;
  }
  return true;
}

export function checkVersion(version: number, place: string, problems: Problems): boolean {
  if (Number.isInteger(version) && version >= 1 && version <= MAX_VERSION) return true;
  problems.add(place, `version ${version} is not a whole number from 1 to ${MAX_VERSION}`);
  return false;
}

/** `name`, or `name@version` beyond the first. */
export function versioned(name: string, version: number): string {
  return version === 1 ? name : `${name}@${version}`;
}

/** How messages name a view: `view "name@version"`. */
export function viewPlace(options: { readonly name: string; readonly version?: number }): string {
  return `view "${versioned(options.name, options.version ?? 1)}"`;
}

/** A list of names in a message: `"a", "b"`, or `none`. */
export function listNames(names: Iterable<string>): string {
  const quoted = [...names].map((name) => `"${name}"`);
  if (quoted.length === 0) return 'none';
  return quoted.length > 20
    ? `${quoted.slice(0, 20).join(', ')} and ${quoted.length - 20} more`
    : quoted.join(', ');
}

/** A problem for each list that is longer than its limit. */
export function checkCount(
  count: number,
  limit: number,
  what: string,
  place: string,
  problems: Problems,
): void {
  if (count > limit) problems.add(place, `${count} ${what} are more than the limit of ${limit}`);
}
