/**
 * The shapes of declarations, checked at run time: definitions files are executed without being type-checked, and may be
 * plain JavaScript. What a well-shaped value means is checked by the compile-* modules.
 */
import { z } from 'zod';
import type { AggregationViewDeclaration } from './aggregation-view-declaration';
import type { EntityDeclaration, EventSourceDeclaration } from './declarations';
import type { FeatureDeclaration } from './feature-declaration';
import { OUTPUT_SHAPE, SERIES_SHAPE } from './feature-output-shapes';
import type { FunctionDeclaration } from './function-declaration';
import type { OnDemandViewDeclaration } from './on-demand-view-declaration';
import type {
  JoinedSourceDeclaration,
  SequenceSourceDeclaration,
  ViewSourceDeclaration,
} from './pairing-declarations';
import type { FeatureServiceDeclaration } from './project-declaration';
import { QUALITY_SHAPE } from './quality-shapes';
import { declared, metadata, oneOf, scalarType, text } from './shape-parts';
import type { TableSourceDeclaration, TableViewDeclaration } from './table-view-declaration';
import type { FeatureSelection, ViewDeclaration } from './view-declaration';

/** A view, or some of its features. */
const selection = declared<ViewDeclaration | FeatureSelection>(
  'aggregation view',
  'table view',
  'on-demand view',
  'feature selection',
);

const version = z.number().optional();
const WINDOW_FORMS = [
  'a duration',
  '"lifetime"',
  '{ length, hop }',
  '{ tumbling, origin }',
  '{ session: { gap, maxLength, hop } }',
];
const windowShape = z.union(
  [
    z.string(),
    z.strictObject({ length: z.string(), hop: z.string() }),
    z.strictObject({ tumbling: z.string(), origin: z.string().optional() }),
    z.strictObject({
      session: z.strictObject({
        gap: z.string(),
        maxLength: z.string().optional(),
        hop: z.string().optional(),
      }),
    }),
  ],
  { error: `expected ${oneOf(WINDOW_FORMS)}` },
);

const scheduleShape = z.strictObject(
  { every: z.string(), wait: z.string().optional(), delay: z.string().optional() },
  {
    error: (issue) =>
      issue.code === 'invalid_type' ? 'expected { every, wait, delay }, the last two optional' : undefined,
  },
);

export const ENTITY_SHAPE = z.strictObject({
  name: z.string(),
  joinKeys: z.record(z.string(), z.enum(['string', 'int32', 'int64', 'bool'])),
  ...metadata,
});

export const AGGREGATION_VIEW_SHAPE = z.strictObject({
  name: z.string(),
  version,
  entity: declared<EntityDeclaration>('entity'),
  source: declared<ViewSourceDeclaration>('event source', 'joined source', 'sequence source'),
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
          cron: z.string().optional(),
          cutHop: z.string().optional(),
        }),
      ],
      {
        error: 'expected { horizon, every, cron, cutHop }, each of them optional, or false',
      },
    )
    .optional(),
  stream: z
    .union([z.literal(false), z.strictObject({ retention: z.string().optional() })], {
      error: 'expected { retention }, optional, or false',
    })
    .optional(),
  schedule: scheduleShape.optional(),
  output: OUTPUT_SHAPE.optional(),
  series: SERIES_SHAPE.optional(),
  quality: QUALITY_SHAPE.optional(),
  features: z.record(z.string(), declared<FeatureDeclaration>('feature')),
  ...metadata,
});

/** What an operation's function was given besides its options. */
export const FEATURE_ARGUMENTS_SHAPE = z.strictObject({
  input: z.string().nullable(),
  by: z.string().nullable(),
  parameters: z.record(z.string(), z.union([z.number(), z.string()], { error: 'expected number' })),
});

export const FEATURE_OPTIONS_SHAPE = z.strictObject({
  window: windowShape,
  filter: z.string().optional(),
  description: text.optional(),
});

export const TABLE_VIEW_SHAPE = z.strictObject({
  name: z.string(),
  version,
  entity: declared<EntityDeclaration>('entity'),
  source: declared<TableSourceDeclaration>('table source'),
  keys: z.record(z.string(), z.string().optional()).optional(),
  features: z.record(
    z.string(),
    z.union([z.string(), z.strictObject({ field: z.string(), description: text.optional() })], {
      error: 'expected the name of a field, or { field, description }',
    }),
  ),
  maxAge: z.string().optional(),
  schedule: scheduleShape,
  quality: QUALITY_SHAPE.optional(),
  ...metadata,
});

export const ON_DEMAND_VIEW_SHAPE = z.strictObject({
  name: z.string(),
  version,
  inputs: z.array(selection).optional(),
  request: z.record(z.string(), scalarType).optional(),
  features: z.record(
    z.string(),
    z.union([z.string(), z.strictObject({ expression: z.string(), description: text.optional() })], {
      error: 'expected an expression, or { expression, description }',
    }),
  ),
  ...metadata,
});

const callable = <T>() =>
  z.custom<T>((value) => typeof value === 'function' || typeof value === 'string', {
    error: 'expected a function, or its text',
  });

export const FUNCTION_SHAPE = z.strictObject({
  name: z.string(),
  parameters: z.array(scalarType),
  result: scalarType,
  evaluate: callable<((...args: never[]) => unknown) | string>(),
  sql: callable<((...args: string[]) => unknown) | string>(),
  description: text.optional(),
});

export const FEATURE_SERVICE_SHAPE = z.strictObject({
  name: z.string(),
  version,
  features: z.array(selection).optional(),
  variants: z
    .array(z.strictObject({ name: z.string(), share: z.number(), features: z.array(selection) }))
    .optional(),
  ...metadata,
});

export const PROJECT_SHAPE = z.strictObject({
  name: z.string(),
  entities: z.array(declared<EntityDeclaration>('entity')).optional(),
  eventSources: z.array(declared<EventSourceDeclaration>('event source')).optional(),
  joinedSources: z.array(declared<JoinedSourceDeclaration>('joined source')).optional(),
  sequenceSources: z.array(declared<SequenceSourceDeclaration>('sequence source')).optional(),
  tableSources: z.array(declared<TableSourceDeclaration>('table source')).optional(),
  aggregationViews: z.array(declared<AggregationViewDeclaration>('aggregation view')).optional(),
  tableViews: z.array(declared<TableViewDeclaration>('table view')).optional(),
  onDemandViews: z.array(declared<OnDemandViewDeclaration>('on-demand view')).optional(),
  functions: z.array(declared<FunctionDeclaration>('function')).optional(),
  featureServices: z.array(declared<FeatureServiceDeclaration>('feature service')).optional(),
});
