import type { EventSource, Field } from './model';

/** The fields that records have: all but those that are looked up, which are the last. */
export function recordFields({ fields, enrichments = [] }: EventSource): readonly Field[] {
  return enrichments.length === 0 ? fields : fields.slice(0, fields.length - enrichments.length);
}
