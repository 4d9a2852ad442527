/**
 * The shapes of declarations, checked at run time: definitions files are executed without being type-checked, and may be
 * plain JavaScript. What a well-shaped value means is checked by the compile-* modules.
 */
import { z } from 'zod';
import type {
  AggregationViewDeclaration,
  EntityDeclaration,
  EventSourceDeclaration,
  FeatureSelection,
  FeatureServiceDeclaration,
} from './declarations';
import type { FeatureDeclaration } from './feature-declarations';
import { MAX_METADATA_CHARACTERS, MAX_TAGS } from './limits';
import type { Problems } from './problems';

const declared = <T>(...kinds: readonly string[]) =>
  z.custom<T>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      kinds.includes((value as { kind?: unknown }).kind as string),
    { error: `expected what ${kinds.map(functionOf).join(' or ')} returns` },
  );

function functionOf(kind: string): string {
  if (kind === 'feature selection') return 'pick()';
  if (kind === 'feature') return 'an operation such as count()';
  return `${kind.replace(/ ([a-z])/g, (_, letter: string) => letter.toUpperCase())}()`;
}

const text = z
  .string()
  .max(MAX_METADATA_CHARACTERS)
  .refine((value) => value.isWellFormed(), { error: 'is not well-formed Unicode' });

const metadata = {
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

const version = z.number().optional();
const windowShape = z.union([z.string(), z.strictObject({ length: z.string(), hop: z.string() })], {
  error: 'expected a duration, "lifetime" or { length, hop }',
});

export const ENTITY_SHAPE = z.strictObject({
  name: z.string(),
  joinKeys: z.record(z.string(), z.enum(['string', 'int32', 'int64', 'bool'])),
  ...metadata,
});

export const EVENT_SOURCE_SHAPE = z.strictObject({
  name: z.string(),
  topic: z.string(),
  fields: z.record(z.string(), z.enum(['bool', 'int32', 'int64', 'double', 'string', 'timestamp'])),
  eventTime: z.string(),
  eventId: z.string().optional(),
  knownAt: z.string().optional(),
  table: z.string().optional(),
  allowedLateness: z.string().optional(),
  maxClockSkew: z.string().optional(),
  maxStaleness: z.string().optional(),
  partitions: z.number().optional(),
  archiveOrder: z.array(z.string()).optional(),
  ...metadata,
});

const STREAMLESS =
  'a view needs a stream: leave "stream" out (a topic that nobody writes to costs nothing, and history comes by load and materialize)';

export const AGGREGATION_VIEW_SHAPE = z.strictObject({
  name: z.string(),
  version,
  entity: declared<EntityDeclaration>('entity'),
  source: declared<EventSourceDeclaration>('event source'),
  keys: z.record(z.string(), z.string().optional()).optional(),
  filter: z.string().optional(),
  derive: z.record(z.string(), z.string()).optional(),
  batch: z
    .union(
      [
        z.literal(false),
        z.strictObject({
          horizon: z.string().optional(),
          every: z.string().optional(),
          cutHop: z.string().optional(),
        }),
      ],
      {
        error: 'expected { horizon, every, cutHop }, each of them optional, or false',
      },
    )
    .optional(),
  stream: z
    .custom((value) => value !== false, { error: STREAMLESS })
    .pipe(
      z.strictObject(
        { retention: z.string().optional() },
        {
          error: (issue) => (issue.code === 'invalid_type' ? 'expected { retention }, optional' : undefined),
        },
      ),
    )
    .optional(),
  features: z.record(z.string(), declared<FeatureDeclaration>('feature')),
  ...metadata,
});

/** Of what an operation's function was given, its options among the rest. */
export const FEATURE_SHAPE = z.strictObject({
  input: z.string().nullable(),
  parameters: z.record(z.string(), z.number()),
  window: windowShape,
  filter: z.string().optional(),
  description: text.optional(),
});

export const FEATURE_SERVICE_SHAPE = z.strictObject({
  name: z.string(),
  version,
  features: z.array(
    declared<AggregationViewDeclaration | FeatureSelection>('aggregation view', 'feature selection'),
  ),
  ...metadata,
});

export const PROJECT_SHAPE = z.strictObject({
  name: z.string(),
  entities: z.array(declared<EntityDeclaration>('entity')).optional(),
  eventSources: z.array(declared<EventSourceDeclaration>('event source')).optional(),
  aggregationViews: z.array(declared<AggregationViewDeclaration>('aggregation view')).optional(),
  featureServices: z.array(declared<FeatureServiceDeclaration>('feature service')).optional(),
});

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
