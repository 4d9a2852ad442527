import type { Enrichment } from './enrichment-model';
import { versioned } from './names';

/** What gives the field its values: those that read it are of another meaning if it changes. */
export function enrichmentText({ feature, keyFields, degraded }: Enrichment): string {
  const view = versioned(feature.view, feature.version);
  const otherwise = degraded === 'null' ? ', null where DEGRADED' : '';
  return `${view}:${feature.feature} of ${keyFields.join(', ')}${otherwise}`;
}
