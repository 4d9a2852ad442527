import type { z } from 'zod';
import type { Problems } from './problems';

/** The value if it has the shape; else null, and every misfit is a problem of `place`. */
export function checkShape<T>(
  shape: z.ZodType<T>,
  value: unknown,
  place: string,
  problems: Problems,
): T | null {
  const result = shape.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  for (const issue of result.error.issues) problems.add(place, issueText(issue));
  return null;
}

function issueText(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.');
  const at = (name: string) => (path === '' ? `"${name}"` : `"${path}.${name}"`);
  if (issue.code === 'unrecognized_keys')
    return `unknown option ${issue.keys.map(at).join(', ')}: check its spelling, or leave it out`;
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  const reason = message.charAt(0).toLowerCase() + message.slice(1);
  return path === ''
    ? reason
    : `"${path}" is ${shown(issue.input)}: ${reason.replace(/^invalid (input|option): /, '')}`;
}

/** A value in a message: text in quotes and cut short; structures only named. */
function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  const written = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return written.length > 60 ? `${written.slice(0, 60)}…` : written;
}

/** The name that a declaration's options give, for messages about options that may have any shape. */
export function shownName(options: unknown): string {
  const name = (options as { name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' ? `"${name.slice(0, 80)}"` : '(without a name)';
}
