import type { Message, MessageInput } from '@forebay/contract';
import { scheduleFromMessage, scheduleToMessage } from './aggregation-view-codec';
import { metadataFromMessage } from './metadata-codec';
import type { TableView } from './model';
import { qualityFromMessage, qualityToMessage } from './quality-codec';
import { typeFromMessage, typeToMessage, unknownPart, vectorLength } from './value-type-codec';

export function tableViewToMessage(view: TableView): MessageInput<'TableView'> {
  return {
    id: view.id,
    name: view.name,
    version: view.version,
    entity: view.entity,
    source: view.source,
    key_fields: [...view.keyFields],
    features: view.features.map(({ name, field, type, description }) => ({
      name,
      field,
      type: typeToMessage(type),
      vector_length: vectorLength(type) ?? 0,
      description,
    })),
    max_age_ms: view.maxAgeMs ?? 0,
    schedule: scheduleToMessage(view.schedule),
    metadata: view.metadata,
    ...qualityToMessage(view.quality),
    fingerprint: view.fingerprint,
  };
}

export function tableViewFromMessage(message: Message<'TableView'>): TableView {
  const place = `view "${message.name}"`;
  if (!message.schedule) throw unknownPart(`${place}: a table view without a schedule`);
  return {
    id: message.id,
    name: message.name,
    version: message.version,
    entity: message.entity,
    source: message.source,
    keyFields: message.key_fields,
    features: message.features.map(({ name, field, type, vector_length, description }) => ({
      name,
      field,
      type: typeFromMessage(type, vector_length, `${place}, feature "${name}"`),
      description,
    })),
    maxAgeMs: message.max_age_ms || null,
    schedule: scheduleFromMessage(message.schedule),
    metadata: metadataFromMessage(message.metadata),
    ...qualityFromMessage(message.quality, place),
    fingerprint: message.fingerprint,
  };
}
