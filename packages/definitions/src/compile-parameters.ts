import { formatDuration, parseDuration } from '@forebay/contract';
import type { FeatureDeclaration } from './feature-declaration';
import { listNames } from './names';
import {
  type OperationName,
  operationTraits,
  type ParameterListTraits,
  type ParameterTraits,
} from './operations';
import type { Problems } from './problems';

type Given = FeatureDeclaration['parameters'];

/** The numbers of an operation, with its defaults. */
export function compileParameters(
  operation: OperationName,
  given: Given,
  place: string,
  problems: Problems,
): Readonly<Record<string, number>> {
  const { parameters: traits, list } = operationTraits(operation);
  const ofList = (name: string) => list !== undefined && new RegExp(`^${list.name}\\d+$`).test(name);
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(traits, name) || ofList(name)) continue;
    const known = listNames([
      ...Object.keys(traits).map(optionOf),
      ...(list === undefined ? [] : [list.name]),
    ]);
    problems.add(place, `${operation} has no parameter "${name}": its parameters are ${known}`);
  }
  const compiled: Record<string, number> = {};
  for (const [name, each] of Object.entries(traits)) {
    const value = compileNumber(operation, name, given[name], each, place, problems);
    if (value !== null) compiled[name] = value;
  }
  if (list !== undefined) Object.assign(compiled, compileList(operation, given, list, place, problems));
  return compiled;
}

function compileNumber(
  operation: OperationName,
  name: string,
  given: number | string | undefined,
  traits: ParameterTraits,
  place: string,
  problems: Problems,
): number | null {
  const isDuration = name.endsWith('_ms');
  const shown = isDuration ? formatDuration : String;
  const range = `from ${shown(traits.min)} to ${shown(traits.max)}`;
  const title = optionOf(name);
  if (given === undefined) {
    if (traits.default === null) problems.add(place, `${operation} needs its parameter "${title}", ${range}`);
    return traits.default;
  }
  const value =
    typeof given === 'string' && isDuration
      ? problems.attempt(() => parseDuration(given, `${place}, ${title}`))
      : given;
  if (value === null) return null;
  const whole = traits.fraction !== true;
  if (typeof value === 'number' && isWithin(value, traits) && (!whole || Number.isInteger(value)))
    return value;
  const what = isDuration ? `a duration ${range}` : `a ${whole ? 'whole ' : ''}number ${range}`;
  problems.add(place, `${title} ${given} is not ${what}`);
  return null;
}

function compileList(
  operation: OperationName,
  given: Given,
  list: ParameterListTraits,
  place: string,
  problems: Problems,
): Record<string, number> {
  const compiled: Record<string, number> = {};
  const what = LIST_NAMES[list.name] ?? list.name;
  let count = 0;
  let before = Number.NEGATIVE_INFINITY;
  for (let value = given[`${list.name}0`]; value !== undefined; value = given[`${list.name}${count}`]) {
    if (typeof value !== 'number' || !isWithin(value, list)) {
      const range =
        list.max === Number.MAX_VALUE ? 'a finite number' : `a number from ${list.min} to ${list.max}`;
      problems.add(place, `${what} ${count + 1} is ${value}, not ${range}`);
    } else {
      if (list.ascending && value <= before) {
        problems.add(
          place,
          `${what} ${count + 1} is ${value} after ${before}: give them in ascending order, each once`,
        );
      }
      before = value;
      compiled[`${list.name}${count}`] = Object.is(value, -0) ? 0 : value;
    }
    count++;
  }
  if (count === 0) problems.add(place, `${operation} needs at least one ${what}`);
  if (count > list.most)
    problems.add(place, `${count} are more than the limit of ${list.most} for ${operation}`);
  return compiled;
}

/** What the items of a list are called. */
const LIST_NAMES: Readonly<Record<string, string>> = { q: 'quantile', b: 'bound' };

function isWithin(value: number, { min, max }: { readonly min: number; readonly max: number }): boolean {
  return value >= min && value <= max;
}

/** What a parameter is called where it is declared: `halfLife` of `half_life_ms`. */
function optionOf(name: string): string {
  return name.replace(/_ms$/, '').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
