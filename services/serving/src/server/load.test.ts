import type { ForebayError } from '@forebay/contract';
import { Load } from './load';

/** A load whose calls have cost `callMs` of processor time each, and taken `durationMs`. */
function loadOf(callMs: number, durationMs: number, maxInFlight = 10_000): Load {
  let cpuMs = 0;
  const load = new Load({ maxInFlight, cpuMs: () => cpuMs });
  for (let call = 0; call < 64; call++) {
    load.admit(1_000);
    cpuMs += callMs;
    load.finished(durationMs);
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
  it('admits what can be done in half of the time of a call', () => {
    const load = loadOf(0.5, 20);
    const refusal = admitUntilRefused(load, 100);
    expect(load.inFlight).toBe(101);
    expect(refusal).toMatchObject({ reason: 'overloaded', retryAfterMs: 50.5 });
    expect(refusal.message).toBe(
      '101 calls are in flight, about 51 ms of work, and this one has 100 ms: try again later, or add servers',
    );
    expect(load.admit(1_000)).toBeNull();
  });

  it('admits no more than its limit, whatever a call costs', () => {
    const load = loadOf(0, 1, 3);
    expect(admitUntilRefused(load, 1_000).message).toBe(
      '3 calls are in flight: try again later, or add servers',
    );
    load.finished(1);
    expect(load.admit(1_000)).toBeNull();
  });

  it('does not take the cost of an idle process for that of its few calls', () => {
    const load = loadOf(50, 0.4);
    expect(load.callMs).toBe(0.4);
  });

  it('refuses nothing before it knows what a call costs', () => {
    const load = new Load({ maxInFlight: 5, cpuMs: () => 0 });
    admitUntilRefused(load, 1);
    expect(load.inFlight).toBe(5);
  });
});
