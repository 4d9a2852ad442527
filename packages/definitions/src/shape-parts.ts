/** What the shapes of declarations have in common. */
import { z } from 'zod';
import { MAX_METADATA_CHARACTERS, MAX_TAGS } from './limits';
import type { ScalarType } from './model';

export const declared = <T>(...kinds: readonly string[]) =>
  z.custom<T>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      kinds.includes((value as { kind?: unknown }).kind as string),
    { error: `expected what ${oneOf(kinds.map(functionOf))} returns` },
  );

export function oneOf(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join() : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}

function functionOf(kind: string): string {
  if (kind === 'feature selection') return 'pick()';
  if (kind === 'function') return 'defineFunction()';
  if (kind === 'feature') return 'an operation such as count()';
  return `${kind.replace(/[ -]([a-z])/g, (_, letter: string) => letter.toUpperCase())}()`;
}

export const text = z
  .string()
  .max(MAX_METADATA_CHARACTERS)
  .refine((value) => value.isWellFormed(), { error: 'is not well-formed Unicode' });

export const metadata = {
  owner: text.optional(),
  description: text.optional(),
  tags: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_.-]{0,62}$/, {
        error: 'a tag is named by a lowercase letter, then letters, digits, _, . or -',
      }),
      text,
    )
    .refine((tags) => Object.keys(tags).length <= MAX_TAGS, { error: `at most ${MAX_TAGS} tags` })
    .optional(),
};

export const SCALAR_TYPES = [
  'bool',
  'int32',
  'int64',
  'double',
  'string',
  'timestamp',
] as const satisfies readonly ScalarType[];
export const scalarType = z.enum(SCALAR_TYPES);
