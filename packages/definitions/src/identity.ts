import type { AggregationView, Entity, EventSource, FeatureService } from './model';

/** `name`, of views and feature services `name@version`: what stays one definition, and keeps its id, from apply to apply. */
export function definitionName(definition: Entity | EventSource | AggregationView | FeatureService): string {
  return 'version' in definition ? `${definition.name}@${definition.version}` : definition.name;
}
