import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { decideTick, type TickFacts } from './tick';

const schedule = { intervalMs: HOUR_MS, waitMs: 10 * MINUTE_MS, delayMs: 30 * MINUTE_MS };
const NOON = Date.UTC(2024, 4, 10, 12);
const ALWAYS = Number.NEGATIVE_INFINITY;
const facts = (more: Partial<TickFacts>): TickFacts => ({
  runClockMs: NOON + 15 * MINUTE_MS,
  schedule,
  loadedUntilMs: null,
  topic: { empty: false, completeSinceMs: ALWAYS },
  ...more,
});
const reasonOf = (more: Partial<TickFacts>) => {
  const decision = decideTick(facts(more));
  return decision.kind === 'refused' ? decision.reason : 'none';
};

describe('the tick of a scheduled run', () => {
  it('is the newest whose wait has passed', () => {
    expect(decideTick(facts({}))).toEqual({ kind: 'cut', cutMs: NOON, coverageBeginMs: ALWAYS });
    const waiting = facts({ runClockMs: NOON + 10 * MINUTE_MS - 1 });
    expect(decideTick(waiting)).toMatchObject({ cutMs: NOON - HOUR_MS });
    expect(decideTick(facts({ runClockMs: NOON + 10 * MINUTE_MS }))).toMatchObject({ cutMs: NOON });
  });

  it('is at most one interval ahead of the readers, whose values it would replace', () => {
    const patient = { ...schedule, delayMs: 5 * HOUR_MS };
    expect(decideTick(facts({ schedule: patient }))).toMatchObject({ cutMs: NOON - 4 * HOUR_MS });
  });

  it('ends with loaded history where the topic does not join it', () => {
    const topic = { empty: true, completeSinceMs: ALWAYS };
    expect(decideTick(facts({ topic, loadedUntilMs: NOON + HOUR_MS }))).toMatchObject({ cutMs: NOON });
    expect(decideTick(facts({ topic, loadedUntilMs: NOON }))).toMatchObject({ cutMs: NOON });
    expect(decideTick(facts({ topic, loadedUntilMs: NOON - 1 }))).toMatchObject({ cutMs: NOON - HOUR_MS });
    expect(reasonOf({ topic, loadedUntilMs: NOON - DAY_MS })).toContain(
      'nobody reads the values of the tick',
    );
  });

  it('is refused where nothing is covered, or it lies before what is', () => {
    expect(reasonOf({ topic: { empty: true, completeSinceMs: ALWAYS } })).toContain('no history is loaded');
    expect(reasonOf({ topic: { empty: false, completeSinceMs: Number.POSITIVE_INFINITY } })).toContain(
      'deleted before they were archived',
    );
    expect(reasonOf({ topic: { empty: false, completeSinceMs: NOON } })).toContain(
      'the tick would be 2024-05-10T12:00:00',
    );
  });

  it('may be set by hand, to one that is read and all of which is known', () => {
    const before = { runClockMs: NOON + 15 * MINUTE_MS, requestedTickMs: NOON - HOUR_MS };
    expect(decideTick(facts(before))).toMatchObject({ cutMs: NOON - HOUR_MS });
    expect(reasonOf({ requestedTickMs: NOON + 1 })).toContain("is no multiple of the view's interval 1h");
    expect(reasonOf({ requestedTickMs: NOON + HOUR_MS })).toContain('the newest of which all is known');
    expect(reasonOf({ requestedTickMs: NOON - 2 * HOUR_MS })).toContain('nobody reads');
  });
});
