import {
  decodeMessage,
  encodeMessage,
  ForebayError,
  type Message,
  type MessageInput,
} from '@forebay/contract';
import type {
  AggregationFeature,
  AggregationView,
  Entity,
  EventSource,
  FeatureService,
  Field,
  Metadata,
  Project,
  RegistrySnapshot,
  ScalarType,
  ValueType,
  Window,
} from './model';
import { OPERATIONS, type OperationName } from './operations';

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
    event_sources: project.eventSources.map(sourceToMessage),
    aggregation_views: project.aggregationViews.map(viewToMessage),
    feature_services: project.featureServices.map(featureServiceToMessage),
  };
}

function projectFromMessage(message: Message<'ProjectDefinitions'>): Project {
  return {
    name: message.name,
    entities: message.entities.map(entityFromMessage),
    eventSources: message.event_sources.map(sourceFromMessage),
    aggregationViews: message.aggregation_views.map(viewFromMessage),
    featureServices: message.feature_services.map(featureServiceFromMessage),
  };
}

/** Also for the response of `GetFeatureServiceInfo`. */
export function entityToMessage({ id, name, joinKeys, metadata }: Entity): MessageInput<'Entity'> {
  return { id, name, join_keys: joinKeys.map(fieldToMessage), metadata };
}

function entityFromMessage({ id, name, join_keys, metadata }: Message<'Entity'>): Entity {
  return { id, name, joinKeys: join_keys.map(fieldFromMessage), metadata: metadataFromMessage(metadata) };
}

function sourceToMessage(source: EventSource): MessageInput<'EventSource'> {
  return {
    id: source.id,
    name: source.name,
    topic: source.topic,
    table: source.table,
    fields: source.fields.map(fieldToMessage),
    event_time: source.eventTime,
    event_id: source.eventId ?? '',
    known_at: source.knownAt ?? '',
    allowed_lateness_ms: source.allowedLatenessMs,
    max_clock_skew_ms: source.maxClockSkewMs,
    max_staleness_ms: source.maxStalenessMs,
    partitions: source.partitions,
    archive_order: [...source.archiveOrder],
    metadata: source.metadata,
  };
}

function sourceFromMessage(message: Message<'EventSource'>): EventSource {
  return {
    id: message.id,
    name: message.name,
    topic: message.topic,
    table: message.table,
    fields: message.fields.map(fieldFromMessage),
    eventTime: message.event_time,
    eventId: message.event_id || null,
    knownAt: message.known_at || null,
    allowedLatenessMs: message.allowed_lateness_ms,
    maxClockSkewMs: message.max_clock_skew_ms,
    maxStalenessMs: message.max_staleness_ms,
    partitions: message.partitions,
    archiveOrder: message.archive_order,
    metadata: metadataFromMessage(message.metadata),
  };
}

function viewToMessage(view: AggregationView): MessageInput<'AggregationView'> {
  const { batch, stream } = view;
  return {
    id: view.id,
    name: view.name,
    version: view.version,
    entity: view.entity,
    source: view.source,
    key_fields: [...view.keyFields],
    filter: view.filter ?? '',
    derived: view.derived.map(({ name, expression, type }) => ({
      name,
      expression,
      type: typeToMessage(type),
    })),
    features: view.features.map(featureToMessage),
    batch:
      batch === null
        ? null
        : { horizon_ms: batch.horizonMs, cut_hop_ms: batch.cutHopMs, interval_ms: batch.intervalMs ?? 0 },
    stream: stream === null ? null : { retention_ms: stream.retentionMs },
    metadata: view.metadata,
    fingerprint: view.fingerprint,
  };
}

function viewFromMessage(message: Message<'AggregationView'>): AggregationView {
  const { batch, stream } = message;
  const place = `view "${message.name}"`;
  return {
    id: message.id,
    name: message.name,
    version: message.version,
    entity: message.entity,
    source: message.source,
    keyFields: message.key_fields,
    filter: message.filter || null,
    derived: message.derived.map(({ name, expression, type }) => ({
      name,
      expression,
      type: scalarFromMessage(type, place),
    })),
    features: message.features.map((feature) => featureFromMessage(feature, place)),
    batch: batch
      ? { horizonMs: batch.horizon_ms, cutHopMs: batch.cut_hop_ms, intervalMs: batch.interval_ms || null }
      : null,
    stream: stream ? { retentionMs: stream.retention_ms } : null,
    metadata: metadataFromMessage(message.metadata),
    fingerprint: message.fingerprint,
  };
}

function featureToMessage(feature: AggregationFeature): MessageInput<'AggregationFeature'> {
  const { name, operation, parameters, description, window } = feature;
  return {
    name,
    operation,
    input: feature.input ?? '',
    filter: feature.filter ?? '',
    window:
      window.kind === 'lifetime'
        ? { lifetime: {} }
        : { sliding: { length_ms: window.lengthMs, hop_ms: window.hopMs } },
    parameters,
    type: typeToMessage(feature.type),
    description,
  };
}

function featureFromMessage(message: Message<'AggregationFeature'>, viewPlace: string): AggregationFeature {
  const place = `${viewPlace}, feature "${message.name}"`;
  if (!Object.hasOwn(OPERATIONS, message.operation))
    throw unknownPart(`${place}: unknown operation "${message.operation}"`);
  return {
    name: message.name,
    operation: message.operation as OperationName,
    input: message.input || null,
    filter: message.filter || null,
    window: windowFromMessage(message.window, place),
    parameters: message.parameters,
    type: typeFromMessage(message.type, place),
    description: message.description,
  };
}

function windowFromMessage(message: Message<'Window'> | null | undefined, place: string): Window {
  if (message?.lifetime) return { kind: 'lifetime' };
  if (message?.sliding)
    return { kind: 'sliding', lengthMs: message.sliding.length_ms, hopMs: message.sliding.hop_ms };
  throw unknownPart(`${place}: a window of an unknown kind`);
}

/** Also for the response of `GetFeatureServiceInfo`. */
export function featureServiceToMessage({
  id,
  name,
  version,
  features,
  metadata,
}: FeatureService): MessageInput<'FeatureServiceDefinition'> {
  return { id, name, version, features: [...features], metadata };
}

function featureServiceFromMessage(message: Message<'FeatureServiceDefinition'>): FeatureService {
  const { id, name, version, features, metadata } = message;
  return { id, name, version, features, metadata: metadataFromMessage(metadata) };
}

function metadataFromMessage(message: Message<'Metadata'> | null): Metadata {
  return { owner: message?.owner ?? '', description: message?.description ?? '', tags: message?.tags ?? {} };
}

function fieldToMessage({ name, type }: Field): MessageInput<'Field'> {
  return { name, type: typeToMessage(type) };
}

function fieldFromMessage({ name, type }: Message<'Field'>): Field {
  return { name, type: scalarFromMessage(type, `field "${name}"`) };
}

type TypeName = Exclude<Message<'Field'>['type'], 'VALUE_TYPE_UNSPECIFIED'>;

const TYPE_NAMES = {
  bool: 'BOOL',
  int32: 'INT32',
  int64: 'INT64',
  double: 'DOUBLE',
  string: 'STRING',
  timestamp: 'TIMESTAMP',
  'list<bool>': 'BOOL_LIST',
  'list<int32>': 'INT32_LIST',
  'list<int64>': 'INT64_LIST',
  'list<double>': 'DOUBLE_LIST',
  'list<string>': 'STRING_LIST',
  'list<timestamp>': 'TIMESTAMP_LIST',
} as const satisfies Record<ValueType, TypeName>;

const TYPES_BY_NAME = new Map<string, ValueType>(
  Object.entries(TYPE_NAMES).map(([type, name]) => [name, type as ValueType]),
);

/** The contract's name of a type. */
export function typeToMessage(type: ValueType): TypeName {
  return TYPE_NAMES[type];
}

function typeFromMessage(name: string, place: string): ValueType {
  const type = TYPES_BY_NAME.get(name);
  if (type === undefined) throw unknownPart(`${place}: a value of an unknown type`);
  return type;
}

function scalarFromMessage(name: string, place: string): ScalarType {
  const type = typeFromMessage(name, place);
  if (type.startsWith('list<')) throw unknownPart(`${place}: ${type} is not the type of a column`);
  return type as ScalarType;
}

function unknownPart(message: string): ForebayError {
  return new ForebayError(
    'corrupt_data',
    `reading the registry: ${message}; was it applied by a newer version of Forebay?`,
  );
}
