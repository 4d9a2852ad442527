/** The shapes of what YAML writes otherwise than TypeScript: names where there are declarations. The rest is checked by compiling. */
import { z } from 'zod';

const mapping = z.record(z.string(), z.unknown(), { error: 'expected a mapping of options' });
const mappings = z.array(mapping, { error: 'expected a list of definitions' }).optional();

export const YAML_PROJECT_SHAPE = z.strictObject(
  {
    name: z.string(),
    entities: mappings,
    eventSources: mappings,
    tableSources: mappings,
    aggregationViews: mappings,
    tableViews: mappings,
    onDemandViews: mappings,
    functions: mappings,
    featureServices: mappings,
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type'
        ? 'expected a mapping with the name of the project and its definitions'
        : undefined,
  },
);

const selection = z.union([z.string(), z.strictObject({ view: z.string(), pick: z.array(z.string()) })], {
  error: 'expected the name of a view, or { view, pick }',
});

const selections = z.array(selection, { error: 'expected a list of views' });

export type WrittenSelection = z.infer<typeof selection>;

/** Lists of selections: of a feature service `features` or those of its variants, of an on-demand view `inputs`. */
export const SERVICE_REFERENCES = z.object({
  features: selections.optional(),
  variants: z
    .array(
      z.looseObject(
        { features: selections },
        {
          error: (issue) =>
            issue.code === 'invalid_type' ? 'expected { name, share, features }' : undefined,
        },
      ),
      { error: 'expected a list of { name, share, features }' },
    )
    .optional(),
});

export const INPUT_REFERENCES = z.object({
  inputs: selections.optional(),
});

export const WRITTEN_FEATURES = z.object({
  features: z.record(
    z.string(),
    z.looseObject(
      { operation: z.string({ error: 'expected the name of an operation' }) },
      {
        error: (issue) => (issue.code === 'invalid_type' ? 'expected { operation, window, … }' : undefined),
      },
    ),
    { error: 'expected a mapping of features by name' },
  ),
});
