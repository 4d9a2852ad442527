import type { Message, MessageInput } from '@forebay/contract';
import type { Enrichment } from './enrichment-model';
import { metadataFromMessage } from './metadata-codec';
import type { EventSource, FeatureReference, TableSource } from './model';
import type { JoinedSource, SequenceSource } from './paired-model';
import { qualityFromMessage, qualityToMessage } from './quality-codec';
import { recordFormatFromMessage, recordFormatToMessage } from './record-format-codec';
import {
  fieldFromMessage,
  fieldToMessage,
  tableFieldFromMessage,
  tableFieldToMessage,
} from './value-type-codec';

export function eventSourceToMessage(source: EventSource): MessageInput<'EventSource'> {
  return {
    id: source.id,
    name: source.name,
    topic: source.topic,
    other_topics: source.otherTopics?.map(({ topic, paths }) => ({ topic, paths })) ?? [],
    table: source.table,
    fields: source.fields.map(fieldToMessage),
    format: recordFormatToMessage(source.format),
    event_time: source.eventTime,
    event_id: source.eventId ?? '',
    known_at: source.knownAt ?? '',
    allowed_lateness_ms: source.allowedLatenessMs,
    max_clock_skew_ms: source.maxClockSkewMs,
    dedupe_ms: source.dedupeMs ?? 0,
    max_staleness_ms: source.maxStalenessMs,
    partitions: source.partitions,
    archive_order: [...source.archiveOrder],
    enrichments: (source.enrichments ?? []).map((enrichment) => ({
      field: enrichment.field,
      feature: enrichment.feature,
      key_fields: [...enrichment.keyFields],
      null_if_degraded: enrichment.degraded === 'null',
      exact_within_ms: enrichment.exactWithinMs,
    })),
    metadata: source.metadata,
    ...(source.keyedBy === undefined ? {} : { keyed_by: { fields: [...source.keyedBy] } }),
    ...(source.rekey === undefined ? {} : { rekey: { ...source.rekey, by: [...source.rekey.by] } }),
    ...qualityToMessage(source.quality),
  };
}

export function eventSourceFromMessage(message: Message<'EventSource'>): EventSource {
  return {
    id: message.id,
    name: message.name,
    topic: message.topic,
    ...(message.other_topics.length === 0 ? {} : { otherTopics: message.other_topics }),
    table: message.table,
    fields: message.fields.map(fieldFromMessage),
    format: recordFormatFromMessage(message.format, message.name),
    eventTime: message.event_time,
    eventId: message.event_id || null,
    knownAt: message.known_at || null,
    allowedLatenessMs: message.allowed_lateness_ms,
    maxClockSkewMs: message.max_clock_skew_ms,
    dedupeMs: message.dedupe_ms || null,
    maxStalenessMs: message.max_staleness_ms,
    partitions: message.partitions,
    archiveOrder: message.archive_order,
    metadata: metadataFromMessage(message.metadata),
    ...(message.enrichments.length === 0
      ? {}
      : { enrichments: message.enrichments.map(enrichmentFromMessage) }),
    ...(message.keyed_by === null ? {} : { keyedBy: message.keyed_by.fields }),
    ...(message.rekey === null ? {} : { rekey: message.rekey }),
    ...qualityFromMessage(message.quality, `event source "${message.name}"`),
  };
}

function enrichmentFromMessage(message: Message<'Enrichment'>): Enrichment {
  return {
    field: message.field,
    feature: message.feature as FeatureReference,
    keyFields: message.key_fields,
    degraded: message.null_if_degraded ? 'null' : 'best',
    exactWithinMs: message.exact_within_ms,
  };
}

export function joinedSourceToMessage(source: JoinedSource): MessageInput<'JoinedSource'> {
  return {
    id: source.id,
    name: source.name,
    left: source.left,
    right: source.right,
    on: source.on.map((pair) => ({ ...pair })),
    within_ms: source.withinMs,
    fields: source.fields.map((field) => ({
      field: fieldToMessage(field),
      from_right: field.side === 'right',
      from: field.field,
    })),
    metadata: source.metadata,
  };
}

export function joinedSourceFromMessage(message: Message<'JoinedSource'>): JoinedSource {
  return {
    id: message.id,
    name: message.name,
    left: message.left,
    right: message.right,
    on: message.on,
    withinMs: message.within_ms,
    fields: message.fields.map(({ field, from_right, from }) => ({
      ...fieldFromMessage(field as Message<'Field'>),
      side: from_right ? 'right' : 'left',
      field: from,
    })),
    metadata: metadataFromMessage(message.metadata),
  };
}

export function sequenceSourceToMessage(source: SequenceSource): MessageInput<'SequenceSource'> {
  return {
    id: source.id,
    name: source.name,
    source: source.source,
    by: [...source.by],
    first: source.first,
    second: source.second,
    within_ms: source.withinMs,
    metadata: source.metadata,
  };
}

export function sequenceSourceFromMessage(message: Message<'SequenceSource'>): SequenceSource {
  return {
    id: message.id,
    name: message.name,
    source: message.source,
    by: message.by,
    first: message.first,
    second: message.second,
    withinMs: message.within_ms,
    metadata: metadataFromMessage(message.metadata),
  };
}

export function tableSourceToMessage(source: TableSource): MessageInput<'TableSource'> {
  return {
    id: source.id,
    name: source.name,
    table: source.table ?? '',
    query: source.query ?? '',
    fields: source.fields.map(tableFieldToMessage),
    event_time: source.eventTime,
    known_at: source.knownAt ?? '',
    metadata: source.metadata,
    ...qualityToMessage(source.quality),
  };
}

export function tableSourceFromMessage(message: Message<'TableSource'>): TableSource {
  return {
    id: message.id,
    name: message.name,
    table: message.table || null,
    query: message.query || null,
    fields: message.fields.map(tableFieldFromMessage),
    eventTime: message.event_time,
    knownAt: message.known_at || null,
    metadata: metadataFromMessage(message.metadata),
    ...qualityFromMessage(message.quality, `table source "${message.name}"`),
  };
}
