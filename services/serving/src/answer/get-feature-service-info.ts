import { ForebayError, type Message, type MessageInput } from '@forebay/contract';
import { entityToMessage, featureServiceToMessage, typeToMessage } from '@forebay/definitions';
import type { AppliedRegistry } from '../registry/applied-registry';
import type { ToldTo } from '../registry/unknown-name';

/** Answers `GetFeatureServiceInfo`. Throws `not_found`, or why the service cannot be served. */
export function getFeatureServiceInfo(
  registry: AppliedRegistry,
  request: Message<'GetFeatureServiceInfoRequest'>,
  caller: ToldTo,
): MessageInput<'GetFeatureServiceInfoResponse'> {
  const { definition, plan, entities } = registry.service(request.project, request.feature_service, caller);
  if (plan instanceof ForebayError) throw plan;
  return {
    definition: featureServiceToMessage(definition),
    layout: plan.layout,
    entities: entities.map(entityToMessage),
    registry_version: registry.version,
    request: plan.request
      .filter(({ isJoinKey }) => !isJoinKey)
      .map(({ name, type, views }) => ({ name, type: typeToMessage(type), views: [...views] })),
  };
}
