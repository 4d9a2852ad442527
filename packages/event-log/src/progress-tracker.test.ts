import fc from 'fast-check';
import { MAX_PROBES_PER_PARTITION, ProgressTracker } from './progress-tracker';

test('without a probe nothing is known', () => {
  const tracker = new ProgressTracker();
  expect(tracker.observe(0, 100)).toBeNull();
  tracker.probed(1_000, new Map([[0, 5]]));
  expect(tracker.observe(1, 100)).toBeNull();
});

test('progress is the newest probe whose end offset is applied, and moves on when idle', () => {
  const tracker = new ProgressTracker();
  tracker.probed(1_000, new Map([[0, 5]]));
  tracker.probed(2_000, new Map([[0, 9]]));
  expect(tracker.observe(0, 4)).toBeNull();
  expect(tracker.observe(0, 8)).toBe(1_000);
  expect(tracker.observe(0, 9)).toBe(2_000);
  tracker.probed(3_000, new Map([[0, 9]]));
  expect(tracker.observe(0, 9)).toBe(3_000);
});

test('after a rewind nothing is claimed until it has caught up', () => {
  const tracker = new ProgressTracker();
  tracker.probed(1_000, new Map([[0, 5]]));
  expect(tracker.observe(0, 5)).toBe(1_000);
  expect(tracker.observe(0, 3)).toBeNull();
  expect(tracker.observe(0, 5)).toBe(1_000);
});

test('a clock that is set back does not take progress back', () => {
  const tracker = new ProgressTracker();
  tracker.probed(2_000, new Map([[0, 5]]));
  tracker.probed(1_000, new Map([[0, 6]]));
  expect(tracker.observe(0, 6)).toBe(2_000);
});

test('a log that became shorter is another log: its probes begin anew', () => {
  const tracker = new ProgressTracker();
  tracker.probed(1_000, new Map([[0, 100]]));
  tracker.probed(2_000, new Map([[0, 3]]));
  expect(tracker.observe(0, 2)).toBeNull();
  expect(tracker.observe(0, 3)).toBe(2_000);
});

test('however long nothing is applied, the number of probes is bounded, and what is claimed stays true', () => {
  const tracker = new ProgressTracker();
  const total = MAX_PROBES_PER_PARTITION * 3;
  for (let i = 1; i <= total; i++) tracker.probed(i, new Map([[0, i]]));
  for (let applied = 1; applied <= total; applied += 97) {
    const claimed = tracker.observe(0, applied);
    expect(claimed).not.toBeNull();
    expect(claimed).toBeLessThanOrEqual(applied);
    expect(claimed).toBeGreaterThan(applied - 64);
  }
});

test('what is claimed is what a plain search over all probes finds', () => {
  const step = fc.record({ arrived: fc.nat(3), applied: fc.nat(4), probes: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const tracker = new ProgressTracker();
      const probes: { clockMs: number; end: number }[] = [];
      let end = 0;
      let applied = 0;
      steps.forEach((s, i) => {
        const clockMs = 1_000 + i;
        end += s.arrived;
        if (s.probes) {
          probes.push({ clockMs, end });
          tracker.probed(clockMs, new Map([[7, end]]));
        }
        applied = Math.min(end, applied + s.applied);
        const expected = probes.filter((probe) => probe.end <= applied).at(-1)?.clockMs ?? null;
        expect(tracker.observe(7, applied)).toBe(expected);
      });
    }),
  );
});
