import { ForebayError, type Message, type MessageInput } from '@forebay/contract';
import { type PushCall, type PushEvents, pushEvents } from './push-events';

/** Longer waits are a mistake of units. */
const MAX_WAIT_MS = 600_000;

/** Answers `PushEvents`; throws as {@link pushEvents} does. */
export async function answerPushEvents(
  push: PushEvents,
  request: Message<'PushEventsRequest'>,
  call: PushCall,
): Promise<MessageInput<'PushEventsResponse'>> {
  const { project, source, events, wait_ms: waitMs } = request;
  if (!(waitMs >= 0 && waitMs <= MAX_WAIT_MS)) {
    throw new ForebayError('invalid_request', `wait_ms ${waitMs} is not between 0 and ${MAX_WAIT_MS}`, {
      field: 'wait_ms',
    });
  }
  const { positions, copiesCountOnce, wait } = await pushEvents(
    push,
    { project, source, events, waitMs },
    call,
  );
  return {
    accepted: positions.length,
    applied: wait?.applied ?? false,
    not_applied_reason: wait?.notAppliedReason ?? '',
    partitions: positions.map(({ partition }) => partition),
    offsets: positions.map(({ offset }) => offset),
    copies_count_once: copiesCountOnce,
  };
}
