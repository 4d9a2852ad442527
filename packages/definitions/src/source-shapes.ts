/** The shapes of the declarations of sources. */
import { z } from 'zod';
import type { EventSourceDeclaration } from './declarations';
import { QUALITY_SHAPE } from './quality-shapes';
import { declared, metadata, oneOf, SCALAR_TYPES, scalarType, text } from './shape-parts';
import type { FeatureSelection } from './view-declaration';

const sourceField = z.union(
  [scalarType, z.strictObject({ type: scalarType, path: text.optional(), header: text.optional() })],
  { error: `expected ${oneOf([...SCALAR_TYPES, '{ type, path }', '{ type, header }'])}` },
);

const formatShape = z.union(
  [
    z.enum(['json', 'avro', 'protobuf']),
    z.strictObject({ type: z.literal('avro'), schema: z.union([z.string(), z.object({}).loose()]) }),
    z.strictObject({ type: z.literal('protobuf'), schema: z.string(), message: z.string().optional() }),
  ],
  {
    error:
      'expected "json", "avro", "protobuf", { type: "avro", schema } or { type: "protobuf", schema, message }',
  },
);

const enrichmentShape = z.strictObject(
  {
    feature: declared<FeatureSelection>('feature selection'),
    keys: z.record(z.string(), z.string()).optional(),
    degraded: z.enum(['best', 'null']).optional(),
    exactWithin: z.string().optional(),
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type' ? 'expected { feature, keys, degraded, exactWithin }' : undefined,
  },
);

export const EVENT_SOURCE_SHAPE = z.strictObject({
  name: z.string(),
  topic: z.string().optional(),
  topics: z
    .array(z.strictObject({ topic: z.string(), fields: z.record(z.string(), z.string()).optional() }))
    .optional(),
  fields: z.record(z.string(), sourceField),
  format: formatShape.optional(),
  eventTime: z.string(),
  eventId: z.string().optional(),
  knownAt: z.string().optional(),
  table: z.string().optional(),
  allowedLateness: z.string().optional(),
  dedupe: z.string().optional(),
  maxClockSkew: z.string().optional(),
  maxStaleness: z.string().optional(),
  partitions: z.number().optional(),
  keyedBy: z.array(z.string()).optional(),
  rekey: z
    .strictObject(
      { by: z.array(z.string()), topic: z.string().optional(), partitions: z.number().optional() },
      {
        error: (issue) => (issue.code === 'invalid_type' ? 'expected { by, topic, partitions }' : undefined),
      },
    )
    .optional(),
  archiveOrder: z.array(z.string()).optional(),
  enrich: z.record(z.string(), enrichmentShape).optional(),
  quality: QUALITY_SHAPE.optional(),
  ...metadata,
});

export const JOINED_SOURCE_SHAPE = z.strictObject({
  name: z.string(),
  left: declared<EventSourceDeclaration>('event source'),
  right: declared<EventSourceDeclaration>('event source'),
  on: z.record(z.string(), z.string()),
  within: z.string(),
  fields: z.record(z.string(), z.string()),
  ...metadata,
});

export const SEQUENCE_SOURCE_SHAPE = z.strictObject({
  name: z.string(),
  source: declared<EventSourceDeclaration>('event source'),
  by: z.array(z.string()),
  first: z.string(),
  second: z.string(),
  within: z.string(),
  ...metadata,
});

export const TABLE_SOURCE_SHAPE = z.strictObject({
  name: z.string(),
  table: z.string().optional(),
  query: z.string().optional(),
  fields: z.record(z.string(), z.string()),
  eventTime: z.string(),
  knownAt: z.string().optional(),
  quality: QUALITY_SHAPE.optional(),
  ...metadata,
});
