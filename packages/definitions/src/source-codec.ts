import type { Message, MessageInput } from '@forebay/contract';
import { metadataFromMessage } from './metadata-codec';
import type { EventSource, TableSource } from './model';
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
    table: source.table,
    fields: source.fields.map(fieldToMessage),
    event_time: source.eventTime,
    event_id: source.eventId ?? '',
    known_at: source.knownAt ?? '',
    allowed_lateness_ms: source.allowedLatenessMs,
    max_clock_skew_ms: source.maxClockSkewMs,
    dedupe_ms: source.dedupeMs ?? 0,
    max_staleness_ms: source.maxStalenessMs,
    partitions: source.partitions,
    archive_order: [...source.archiveOrder],
    metadata: source.metadata,
  };
}

export function eventSourceFromMessage(message: Message<'EventSource'>): EventSource {
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
    dedupeMs: message.dedupe_ms || null,
    maxStalenessMs: message.max_staleness_ms,
    partitions: message.partitions,
    archiveOrder: message.archive_order,
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
  };
}
