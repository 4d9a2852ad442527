/** The shapes of rules of quality. */
import { z } from 'zod';
import { SEVERITIES } from './quality-declaration';

const bounds = { min: z.number().optional(), max: z.number().optional() };

const rule = z.strictObject(
  {
    severity: z.enum(SEVERITIES).optional(),
    tolerance: z.number().optional(),
    over: z.string().optional(),
    notNull: z.string().optional(),
    range: z.strictObject({ field: z.string(), ...bounds }).optional(),
    allowed: z
      .strictObject({ field: z.string(), values: z.array(z.union([z.string(), z.number(), z.boolean()])) })
      .optional(),
    expression: z.string().optional(),
    unique: z.array(z.string()).optional(),
    freshness: z.string().optional(),
    rowCount: z.strictObject(bounds).optional(),
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type'
        ? 'expected one of { notNull, range, allowed, expression, unique, freshness, rowCount }, with severity, tolerance and over'
        : undefined,
  },
);

/** By name of the rule. */
export const QUALITY_SHAPE = z.record(z.string(), rule, { error: 'expected rules by name' });

export type WrittenRule = z.infer<typeof rule>;
