import type { ForebayError } from '@forebay/contract';
import { Load } from './load';

/** A load whose calls have taken `callMs` of the event loop each, and `durationMs` in all. */
function loadOf(callMs: number, durationMs: number, maxInFlight = 10_000): Load {
  let busyMs = 0;
  const load = new Load({ maxInFlight, busyMs: () => busyMs });
  for (let call = 0; call < 64; call++) {
    load.admit(1_000);
    busyMs += callMs;
    load.finished(durationMs, 1_000, true);
  }
  return load;
}

function admitUntilRefused(load: Load, timeoutMs: number): ForebayError {
  for (let i = 0; i < 100_000; i++) {
    const refusal = load.admit(timeoutMs);
    if (refusal !== null) return refusal;
  }
  throw new Error('never refused');
}

describe('Load', () => {
  it('admits what can be done in a share of the time of a call', () => {
    const load = loadOf(0.5, 20);
    const refusal = admitUntilRefused(load, 200);
    expect(load.inFlight).toBe(61);
    expect(refusal).toMatchObject({ reason: 'overloaded', retryAfterMs: 30.5 });
    expect(refusal.message).toBe(
      '61 calls are in flight, about 31 ms of work, and this one has 200 ms: try again later, or add servers',
    );
    expect(load.admit(1_000)).toBeNull();
  });

  it('lets a call with little time use all of it', () => {
    const load = loadOf(0.1, 20);
    admitUntilRefused(load, 10);
    expect(load.inFlight).toBe(101);
  });

  it('admits a few whatever they seem to cost', () => {
    const load = loadOf(50, 60);
    admitUntilRefused(load, 10);
    expect(load.inFlight).toBe(16);
  });

  it('admits no more than its limit, whatever a call costs', () => {
    const load = loadOf(0, 1, 3);
    expect(admitUntilRefused(load, 1_000).message).toBe(
      '3 calls are in flight, and more would be late: try again later, or add servers',
    );
    load.finished(1, 1_000, true);
    expect(load.admit(1_000)).toBeNull();
  });

  it('does not take the cost of an idle process for that of its few calls', () => {
    const load = loadOf(50, 0.4);
    expect(load.callMs).toBe(0.4);
  });

  it('refuses nothing before it knows what a call costs', () => {
    const load = new Load({ maxInFlight: 5, busyMs: () => 0 });
    admitUntilRefused(load, 1);
    expect(load.inFlight).toBe(5);
  });

  it('does not take the time of refusals for that of calls', () => {
    let busyMs = 0;
    const load = new Load({ maxInFlight: 1, busyMs: () => busyMs });
    const round = (callMs: number, refusals: number) => {
      for (let call = 0; call < 64; call++) {
        load.admit(1_000);
        for (let i = 0; i < refusals; i++) load.admit(1_000);
        busyMs += callMs + refusals;
        load.finished(10, 1_000, true);
      }
    };
    round(2, 0);
    round(2, 5);
    expect(load.callMs).toBe(2);
    round(4, 0);
    expect(load.callMs).toBeGreaterThan(2);
  });
});
