import { ForebayError } from '@forebay/contract';
import { COMMON_SETTINGS, OTHER_PREFIXES, SERVER_SETTINGS } from './common-settings';
import { maskPasswords } from './mask';
import { nearestName } from './nearest-name';
import type { Configuration, Setting, Settings } from './setting';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigurationOptions<S extends Settings> {
  /** Facts between settings; each text that is returned is one mistake, and names the variables. */
  readonly conflicts?: (configuration: Configuration<S>) => readonly string[];
  /** Variables that are somebody else's, beyond the common ones and the prefixes of the other services. */
  readonly alsoKnown?: readonly string[];
}

/**
 * Reads settings from an environment into one total, frozen value. A variable that is empty counts as not set.
 * @throws ForebayError `invalid_configuration` with every mistake: bad values, missing ones, unknown `FOREBAY_…` names, conflicts.
 */
export function readConfiguration<S extends Settings>(
  settings: S,
  environment: Environment,
  options: ConfigurationOptions<S> = {},
): Configuration<S> {
  const mistakes: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings)) {
    const mistake = readInto(values, key, setting, environment[setting.env]);
    if (mistake !== null) mistakes.push(mistake);
  }
  mistakes.push(...unknownVariables(settings, environment, options.alsoKnown ?? []));
  const configuration = Object.freeze(values) as Configuration<S>;
  if (mistakes.length === 0) mistakes.push(...(options.conflicts?.(configuration) ?? []));
  if (mistakes.length > 0) throw configurationError(mistakes);
  return configuration;
}

function readInto(
  values: Record<string, unknown>,
  key: string,
  setting: Setting<unknown>,
  given: string | undefined,
): string | null {
  const text = given === undefined || given === '' ? setting.fallback : given;
  if (text === undefined) {
    values[key] = undefined;
    return setting.optional ? null : `${setting.env} is not set: set it to ${setting.allowed}`;
  }
  const read = setting.read(text);
  if (read !== null) {
    values[key] = typeof read.value === 'object' ? Object.freeze(read.value) : read.value;
    return null;
  }
  const shown = setting.secret ? 'the (secret) value' : `"${maskPasswords(text)}"`;
  return `${setting.env}: ${shown} is not ${setting.allowed}`;
}

function unknownVariables(
  settings: Settings,
  environment: Environment,
  alsoKnown: readonly string[],
): string[] {
  const own = Object.values(settings).map((setting) => setting.env as string);
  const known = new Set([...own, ...COMMON_VARIABLES, ...alsoKnown]);
  const foreign = OTHER_PREFIXES.filter((prefix) => !own.some((name) => name.startsWith(prefix)));
  const mistakes: string[] = [];
  for (const name of Object.keys(environment).sort()) {
    if (!name.startsWith('FOREBAY_') || known.has(name)) continue;
    if (foreign.some((prefix) => name.startsWith(prefix))) continue;
    const nearest = nearestName(name, [...known]);
    const remedy = nearest === null ? 'unset it' : `did you mean ${nearest}?`;
    mistakes.push(`${name} is not a setting: ${remedy}`);
  }
  return mistakes;
}

const COMMON_VARIABLES = [...Object.values(COMMON_SETTINGS), ...Object.values(SERVER_SETTINGS)].map(
  (setting) => setting.env as string,
);

function configurationError(mistakes: readonly string[]): ForebayError {
  const [first] = mistakes;
  if (mistakes.length === 1) return new ForebayError('invalid_configuration', first as string);
  const list = mistakes.map((mistake) => `\n  ${mistake}`).join('');
  return new ForebayError('invalid_configuration', `${mistakes.length} settings are wrong:${list}`);
}

/** The effective values by variable name, for the log: no secret, no password. */
export function printableConfiguration<S extends Settings>(
  settings: S,
  configuration: Configuration<S>,
): Record<string, unknown> {
  const printable: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings)) {
    const value = (configuration as Record<string, unknown>)[key];
    if (value === undefined) continue;
    printable[setting.env] = setting.secret
      ? '(secret)'
      : typeof value === 'string'
        ? maskPasswords(value)
        : value;
  }
  return printable;
}
