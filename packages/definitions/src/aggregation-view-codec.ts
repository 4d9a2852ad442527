import type { Message, MessageInput } from '@forebay/contract';
import { outputsFromMessage, outputsToMessage } from './feature-output-codec';
import { metadataFromMessage } from './metadata-codec';
import type { AggregationFeature, AggregationView, BatchPlan, SchedulePlan, Window } from './model';
import { OPERATIONS, type OperationName } from './operations';
import { qualityFromMessage, qualityToMessage } from './quality-codec';
import { scalarFromMessage, typeFromMessage, typeToMessage, unknownPart } from './value-type-codec';

export function aggregationViewToMessage(view: AggregationView): MessageInput<'AggregationView'> {
  const { batch, stream, schedule } = view;
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
    batch: batch === null ? null : batchToMessage(batch),
    stream: stream === null ? null : { retention_ms: stream.retentionMs },
    schedule: schedule === null ? null : scheduleToMessage(schedule),
    ...outputsToMessage(view),
    ...qualityToMessage(view.quality),
    metadata: view.metadata,
    fingerprint: view.fingerprint,
  };
}

export function aggregationViewFromMessage(message: Message<'AggregationView'>): AggregationView {
  const { batch, stream, schedule } = message;
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
    batch: batch ? batchFromMessage(batch) : null,
    stream: stream ? { retentionMs: stream.retention_ms } : null,
    schedule: schedule ? scheduleFromMessage(schedule) : null,
    ...outputsFromMessage(message),
    ...qualityFromMessage(message.quality, `view "${message.name}"`),
    metadata: metadataFromMessage(message.metadata),
    fingerprint: message.fingerprint,
  };
}

export function scheduleToMessage(schedule: SchedulePlan): MessageInput<'SchedulePlan'> {
  return { interval_ms: schedule.intervalMs, wait_ms: schedule.waitMs, delay_ms: schedule.delayMs };
}

export function scheduleFromMessage(message: Message<'SchedulePlan'>): SchedulePlan {
  return { intervalMs: message.interval_ms, waitMs: message.wait_ms, delayMs: message.delay_ms };
}

function featureToMessage(feature: AggregationFeature): MessageInput<'AggregationFeature'> {
  const { name, operation, parameters, description } = feature;
  return {
    name,
    operation,
    input: feature.input ?? '',
    by: feature.by ?? '',
    filter: feature.filter ?? '',
    window: windowToMessage(feature.window),
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
    by: message.by || null,
    filter: message.filter || null,
    window: windowFromMessage(message.window, place),
    parameters: message.parameters,
    type: typeFromMessage(message.type, 0, place),
    description: message.description,
  };
}

function windowToMessage(window: Window): MessageInput<'Window'> {
  switch (window.kind) {
    case 'lifetime':
      return { lifetime: {} };
    case 'sliding':
      return { sliding: { length_ms: window.lengthMs, hop_ms: window.hopMs } };
    case 'tumbling':
      return { tumbling: { length_ms: window.lengthMs, origin_ms: window.originMs } };
    case 'session':
      return { session: { gap_ms: window.gapMs, length_ms: window.lengthMs, hop_ms: window.hopMs } };
  }
}

function windowFromMessage(message: Message<'Window'> | null | undefined, place: string): Window {
  if (message?.lifetime) return { kind: 'lifetime' };
  if (message?.sliding) {
    const { length_ms, hop_ms } = message.sliding;
    return { kind: 'sliding', lengthMs: length_ms, hopMs: hop_ms };
  }
  if (message?.tumbling) {
    const { length_ms, origin_ms } = message.tumbling;
    return { kind: 'tumbling', lengthMs: length_ms, originMs: origin_ms };
  }
  if (message?.session) {
    const { gap_ms, length_ms, hop_ms } = message.session;
    return { kind: 'session', gapMs: gap_ms, lengthMs: length_ms, hopMs: hop_ms };
  }
  throw unknownPart(`${place}: a window of an unknown kind`);
}

function batchToMessage({ horizonMs, cutHopMs, intervalMs, cron }: BatchPlan): MessageInput<'BatchPlan'> {
  return {
    horizon_ms: horizonMs,
    cut_hop_ms: cutHopMs,
    interval_ms: intervalMs ?? 0,
    ...(cron === undefined ? {} : { cron }),
  };
}

function batchFromMessage(message: Message<'BatchPlan'>): BatchPlan {
  return {
    horizonMs: message.horizon_ms,
    cutHopMs: message.cut_hop_ms,
    intervalMs: message.interval_ms || null,
    ...(message.cron === '' ? {} : { cron: message.cron }),
  };
}
