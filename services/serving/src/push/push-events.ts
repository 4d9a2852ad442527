import { ForebayError } from '@forebay/contract';
import type { TopicPartitionOffset } from '@forebay/event-log';
import type { AppliedRegistry } from '../registry/applied-registry';
import type { Caller } from '../security/caller';
import { requirePush } from '../security/requirements';
import type { AppliedWatch, AwaitedRecord } from './applied-watch';
import type { PushMetrics } from './push-metrics';
import type { PushProducer } from './push-producer';
import { PUSH_SETTINGS } from './push-settings';
import type { CheckedEvent, PushableSource } from './pushable-source';

/** Of a call's time, what is kept for telling that a wait was in vain. */
const ANSWER_MS = 25;

export interface PushEvents {
  readonly registry: { readonly current: AppliedRegistry };
  /** null: the service has no Kafka to write to. */
  readonly producer: PushProducer | null;
  readonly applied: AppliedWatch;
  /** Of Redis: over which values are spread. */
  readonly buckets: number;
  readonly maxEvents: number;
  readonly metrics: PushMetrics;
  /** The wall clock, ms. */
  readonly clock: () => number;
}

export interface EventsToPush {
  readonly project: string;
  readonly source: string;
  /** JSON objects. */
  readonly events: readonly string[];
  /** How long to wait until they are in the values; 0: not at all. */
  readonly waitMs: number;
}

export interface PushedEvents {
  readonly positions: readonly TopicPartitionOffset[];
  readonly copiesCountOnce: boolean;
  /** null: it was not waited for. */
  readonly wait: { readonly applied: boolean; readonly notAppliedReason: string } | null;
}

export interface PushCall {
  readonly caller: Caller;
  /** The time that is left. */
  readonly timeoutMs: number;
}

/**
 * Writes events to the topic of a source, all or none, and waits for them if that is asked for.
 *
 * @throws ForebayError `permission_denied`; `not_found`; `failed_precondition` where nothing can be pushed; `invalid_request` with a
 * violation for each event that is none; and what {@link PushProducer.send} throws.
 */
export async function pushEvents(
  push: PushEvents,
  request: EventsToPush,
  call: PushCall,
): Promise<PushedEvents> {
  requirePush(call.caller, request.project, request.source);
  const source = push.registry.current.pushableSource(request.project, request.source, call.caller);
  const startedMs = performance.now();
  try {
    const producer = requireProducer(push);
    const events = checkedEvents(push, source, request);
    const records = events.map(({ record }) => record);
    const positions = await producer.send(records, call.timeoutMs);
    push.metrics.confirmed(source.labels, events.length, performance.now() - startedMs);
    const wait = await waitFor(
      push,
      source,
      { events, positions },
      Math.min(request.waitMs, call.timeoutMs - ANSWER_MS),
    );
    return { positions, copiesCountOnce: source.copiesCountOnce, wait: request.waitMs > 0 ? wait : null };
  } catch (thrown) {
    const error = ForebayError.from(thrown, `pushing to source "${request.source}"`);
    push.metrics.refused(source.labels, error.reason, request.events.length);
    throw error;
  }
}

function requireProducer({ producer }: PushEvents): PushProducer {
  if (producer !== null) return producer;
  throw new ForebayError(
    'failed_precondition',
    `events are not taken here: set ${PUSH_SETTINGS.pushKafkaBrokers.env} of the serving service`,
  );
}

function checkedEvents(
  { maxEvents, clock }: PushEvents,
  source: PushableSource,
  { events }: EventsToPush,
): readonly CheckedEvent[] {
  if (events.length === 0)
    throw new ForebayError('invalid_request', 'there are no events: push at least one');
  if (events.length > maxEvents) {
    throw new ForebayError(
      'invalid_request',
      `${events.length} events are more than the ${maxEvents} of one call (${PUSH_SETTINGS.pushMaxEvents.env}): push them in parts`,
    );
  }
  return source.check(events, clock());
}

async function waitFor(
  { applied, buckets, metrics }: PushEvents,
  source: PushableSource,
  {
    events,
    positions,
  }: { readonly events: readonly CheckedEvent[]; readonly positions: readonly TopicPartitionOffset[] },
  waitMs: number,
): Promise<NonNullable<PushedEvents['wait']>> {
  if (waitMs <= 0)
    return {
      applied: false,
      notAppliedReason: 'there was no time left to wait: give the call a later deadline',
    };
  const { id: sourceId } = source.source;
  const awaited: AwaitedRecord[] = [];
  for (const [i, { row }] of events.entries()) {
    const { partition, offset } = positions[i] as TopicPartitionOffset;
    for (const bucket of source.bucketsOf(row, buckets) ?? allOf(buckets))
      awaited.push({ sourceId, bucket, partition, offset });
  }
  const startedMs = performance.now();
  const notAppliedReason = await applied.until(awaited, waitMs);
  metrics.waited(source.labels, notAppliedReason === null, performance.now() - startedMs);
  return { applied: notAppliedReason === null, notAppliedReason: notAppliedReason ?? '' };
}

const allOf = (buckets: number) => Array.from({ length: buckets }, (_, bucket) => bucket);
