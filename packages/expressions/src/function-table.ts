import type { FunctionSpec } from './function-spec';
import { ARITHMETIC } from './functions/arithmetic';
import { COMPARISON } from './functions/comparison';
import { CONVERSION } from './functions/conversion';
import { HASHING } from './functions/hashing';
import { LOGIC } from './functions/logic';
import { MATHEMATICS } from './functions/mathematics';
import { TEXT } from './functions/text';
import { TIME } from './functions/time';

/**
 * Every operator and function there is. An entry does not compile without its signatures, both compilations and its
 * line in the reference; the tests run each signature on both paths.
 */
export const FUNCTIONS = {
  ...LOGIC,
  ...COMPARISON,
  ...ARITHMETIC,
  ...MATHEMATICS,
  ...TEXT,
  ...TIME,
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
