/** The shapes of what a view gives besides being read. */
import { z } from 'zod';
import { OUTPUT_FORMATS } from './feature-output-declaration';

export const OUTPUT_SHAPE = z.strictObject(
  {
    topic: z.string(),
    format: z.enum(OUTPUT_FORMATS).optional(),
    features: z.array(z.string()).optional(),
    every: z.string().optional(),
    partitions: z.number().optional(),
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type'
        ? 'expected { topic, format, features, every, partitions }, all but the first optional'
        : undefined,
  },
);

export const SERIES_SHAPE = z.strictObject(
  {
    every: z.string(),
    features: z.array(z.string()).optional(),
    entities: z
      .array(z.record(z.string(), z.union([z.string(), z.number(), z.bigint(), z.boolean()])), {
        error: 'expected a list of { join key: value }',
      })
      .optional(),
    maxEntities: z.number().optional(),
    keep: z.string().optional(),
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type'
        ? 'expected { every, features, entities, maxEntities, keep }, all but the first optional'
        : undefined,
  },
);
