import type {
  AggregationView,
  Entity,
  EventSource,
  FeatureService,
  OnDemandView,
  TableSource,
  TableView,
  UserFunction,
} from './model';

export type Definition =
  | Entity
  | EventSource
  | TableSource
  | AggregationView
  | TableView
  | OnDemandView
  | UserFunction
  | FeatureService;

/** `name`, of views and feature services `name@version`: what stays one definition, and keeps its id, from apply to apply. */
export function definitionName(definition: Definition): string {
  return 'version' in definition ? `${definition.name}@${definition.version}` : definition.name;
}
