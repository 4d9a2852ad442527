import { decodeMessage, encodeMessage, type Message, type MessageInput } from '@forebay/contract';
import { aggregationViewFromMessage, aggregationViewToMessage } from './aggregation-view-codec';
import { metadataFromMessage } from './metadata-codec';
import type { Entity, FeatureService, Project, RegistrySnapshot, RetiredView } from './model';
import {
  onDemandViewFromMessage,
  onDemandViewToMessage,
  userFunctionFromMessage,
  userFunctionToMessage,
} from './on-demand-view-codec';
import {
  eventSourceFromMessage,
  eventSourceToMessage,
  joinedSourceFromMessage,
  joinedSourceToMessage,
  sequenceSourceFromMessage,
  sequenceSourceToMessage,
  tableSourceFromMessage,
  tableSourceToMessage,
} from './source-codec';
import { tableViewFromMessage, tableViewToMessage } from './table-view-codec';
import { fieldFromMessage, fieldToMessage } from './value-type-codec';

/** The snapshot as protobuf; null becomes empty text or 0. `decodeRegistry` gives back an equal snapshot. */
export function encodeRegistry(snapshot: RegistrySnapshot): Uint8Array {
  return encodeMessage('RegistrySnapshot', {
    version: snapshot.version,
    applied_at_ms: snapshot.appliedAtMs,
    applied_by: snapshot.appliedBy,
    projects: snapshot.projects.map(projectToMessage),
    next_id: snapshot.nextId,
  });
}

/** Throws `corrupt_data` if the bytes are no snapshot, or one with parts that this version does not know. */
export function decodeRegistry(bytes: Uint8Array): RegistrySnapshot {
  const message = decodeMessage('RegistrySnapshot', bytes);
  return {
    version: message.version,
    appliedAtMs: message.applied_at_ms,
    appliedBy: message.applied_by,
    projects: message.projects.map(projectFromMessage),
    nextId: message.next_id,
  };
}

function projectToMessage(project: Project): MessageInput<'ProjectDefinitions'> {
  return {
    name: project.name,
    entities: project.entities.map(entityToMessage),
    event_sources: project.eventSources.map(eventSourceToMessage),
    joined_sources: project.joinedSources.map(joinedSourceToMessage),
    sequence_sources: project.sequenceSources.map(sequenceSourceToMessage),
    table_sources: project.tableSources.map(tableSourceToMessage),
    aggregation_views: project.aggregationViews.map(aggregationViewToMessage),
    table_views: project.tableViews.map(tableViewToMessage),
    on_demand_views: project.onDemandViews.map(onDemandViewToMessage),
    functions: project.functions.map(userFunctionToMessage),
    feature_services: project.featureServices.map(featureServiceToMessage),
    retired_views: (project.retiredViews ?? []).map(({ name, version, id, retiredAtMs, isFinal }) => ({
      name,
      version,
      id,
      retired_at_ms: retiredAtMs,
      is_final: isFinal,
    })),
  };
}

function projectFromMessage(message: Message<'ProjectDefinitions'>): Project {
  return {
    name: message.name,
    entities: message.entities.map(entityFromMessage),
    eventSources: message.event_sources.map(eventSourceFromMessage),
    joinedSources: message.joined_sources.map(joinedSourceFromMessage),
    sequenceSources: message.sequence_sources.map(sequenceSourceFromMessage),
    tableSources: message.table_sources.map(tableSourceFromMessage),
    aggregationViews: message.aggregation_views.map(aggregationViewFromMessage),
    tableViews: message.table_views.map(tableViewFromMessage),
    onDemandViews: message.on_demand_views.map(onDemandViewFromMessage),
    functions: message.functions.map(userFunctionFromMessage),
    featureServices: message.feature_services.map(featureServiceFromMessage),
    ...(message.retired_views.length === 0
      ? {}
      : { retiredViews: message.retired_views.map(retiredViewFromMessage) }),
  };
}

function retiredViewFromMessage(message: Message<'RetiredView'>): RetiredView {
  const { name, version, id, retired_at_ms: retiredAtMs, is_final: isFinal } = message;
  return { name, version, id, retiredAtMs, isFinal };
}

/** Also for the response of `GetFeatureServiceInfo`. */
export function entityToMessage({ id, name, joinKeys, metadata }: Entity): MessageInput<'Entity'> {
  return { id, name, join_keys: joinKeys.map(fieldToMessage), metadata };
}

function entityFromMessage({ id, name, join_keys, metadata }: Message<'Entity'>): Entity {
  return { id, name, joinKeys: join_keys.map(fieldFromMessage), metadata: metadataFromMessage(metadata) };
}

/** Also for the response of `GetFeatureServiceInfo`. */
export function featureServiceToMessage({
  id,
  name,
  version,
  features,
  variants,
  metadata,
}: FeatureService): MessageInput<'FeatureServiceDefinition'> {
  return {
    id,
    name,
    version,
    features: [...features],
    variants: variants.map((variant) => ({
      name: variant.name,
      share_ppm: variant.sharePpm,
      features: [...variant.features],
    })),
    metadata,
  };
}

function featureServiceFromMessage(message: Message<'FeatureServiceDefinition'>): FeatureService {
  const { id, name, version, features, metadata } = message;
  const variants = message.variants.map((variant) => ({
    name: variant.name,
    sharePpm: variant.share_ppm,
    features: variant.features,
  }));
  return { id, name, version, features, variants, metadata: metadataFromMessage(metadata) };
}
