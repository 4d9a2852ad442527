import type { FunctionSpec } from './function-spec';
import { ARITHMETIC } from './functions/arithmetic';
import { CALENDAR } from './functions/calendar';
import { COMPARISON } from './functions/comparison';
import { CONVERSION } from './functions/conversion';
import { GEOGRAPHY } from './functions/geography';
import { HASHING } from './functions/hashing';
import { LOGIC } from './functions/logic';
import { MATHEMATICS } from './functions/mathematics';
import { STATISTICS } from './functions/statistics';
import { TEXT } from './functions/text';
import { TEXT_PARTS } from './functions/text-parts';
import { TIME } from './functions/time';
import { TIMESTAMP_TEXT } from './functions/timestamp-text';
import { TRIGONOMETRY } from './functions/trigonometry';

/**
 * Every operator and function there is. An entry does not compile without its signatures, both compilations and its
 * line in the reference; the tests run each signature on both paths.
 */
export const FUNCTIONS = {
  ...LOGIC,
  ...COMPARISON,
  ...ARITHMETIC,
  ...MATHEMATICS,
  ...TRIGONOMETRY,
  ...STATISTICS,
  ...GEOGRAPHY,
  ...TEXT,
  ...TEXT_PARTS,
  ...TIME,
  ...CALENDAR,
  ...TIMESTAMP_TEXT,
  ...CONVERSION,
  ...HASHING,
} as const satisfies Record<string, FunctionSpec>;

export type FunctionName = keyof typeof FUNCTIONS;

/** What is called by name, the operators left out. */
export const CALLABLE_NAMES: readonly string[] = Object.keys(FUNCTIONS)
  .filter((name) => /^[A-Za-z]/.test(name) && name !== 'in')
  .sort();

/** Null when there is no such function. */
export function functionSpec(name: string): FunctionSpec | null {
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name as FunctionName] : null;
}
