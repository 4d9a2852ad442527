import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { ALWAYS, layoutOf, lifetime, NOON, StoredEntity, sliding } from './entity.fixture';
import { chooseCut, coveredFrom, markerClock, type ReadContext, viewDegradation } from './exactness';

const hour = sliding(HOUR_MS, MINUTE_MS);
const month = sliding(30 * DAY_MS, DAY_MS);
const hybrid = layoutOf([{ operation: 'count', window: month }]);
const HORIZON = DAY_MS;
const RETENTION = DAY_MS + HOUR_MS;

const context = (more: Partial<ReadContext> = {}): ReadContext => ({
  tMs: NOON,
  serverClockMs: NOON,
  completeSinceMs: ALWAYS,
  batchMarker: null,
  progressMs: NOON,
  ...more,
});
const marker = (cutMs: number, coverageBeginMs = ALWAYS) => ({
  cutMs,
  qMs: cutMs + HOUR_MS,
  coverageBeginMs,
});

describe('what degrades a whole view', () => {
  it.each([
    ['no progress', { progressMs: null }, 'no_progress'],
    ['progress max_staleness ago', { progressMs: NOON - MINUTE_MS }, null],
    ['progress before that', { progressMs: NOON - MINUTE_MS - 1 }, 'stale'],
    ['values max_clock_skew ahead of the server', { serverClockMs: NOON - 5 * MINUTE_MS }, null],
    ['values further ahead', { serverClockMs: NOON - 5 * MINUTE_MS - 1 }, 'clock_skew'],
    ['no stream marker', { completeSinceMs: null }, 'no_marker'],
  ] as const)('%s', (_, more, reason) => {
    expect(viewDegradation(hybrid, context(more))).toBe(reason);
  });
});

describe('T', () => {
  const own = { cutMs: NOON - DAY_MS, goodUntilMs: NOON - DAY_MS + HORIZON };
  const none = { cutMs: ALWAYS, readBatch: false };

  it('is the cut inside the batch value up to its horizon, whatever the marker says', () => {
    for (const batchMarker of [null, marker(NOON - HOUR_MS), marker(NOON - 2 * DAY_MS)]) {
      expect(chooseCut(hybrid, context({ batchMarker }), own)).toEqual({ cutMs: own.cutMs, readBatch: true });
    }
  });

  it('is then the cut of a newer marker, up to its horizon: the entity has nothing before it', () => {
    const newer = marker(NOON - HOUR_MS);
    expect(chooseCut(hybrid, context({ tMs: NOON + 1, batchMarker: newer }), own)).toEqual({
      cutMs: newer.cutMs,
      readBatch: false,
    });
    expect(chooseCut(hybrid, context({ tMs: newer.cutMs + HORIZON, batchMarker: newer }), null)).toEqual({
      cutMs: newer.cutMs,
      readBatch: false,
    });
    expect(chooseCut(hybrid, context({ tMs: newer.cutMs + HORIZON + 1, batchMarker: newer }), null)).toEqual(
      none,
    );
  });

  it('is −∞ without either', () => {
    expect(chooseCut(hybrid, context(), null)).toEqual(none);
    expect(chooseCut(hybrid, context({ tMs: NOON + 1 }), own)).toEqual(none);
  });

  // a value that was written for a shorter horizon says itself until when it is good; the marker of its run does not say more
  it("is not the marker's cut for an expired value of the same or a newer run", () => {
    const expired = { cutMs: NOON - 20 * HOUR_MS, goodUntilMs: NOON - 1 };
    expect(chooseCut(hybrid, context({ batchMarker: marker(expired.cutMs) }), expired)).toEqual(none);
    expect(chooseCut(hybrid, context({ batchMarker: marker(expired.cutMs - HOUR_MS) }), expired)).toEqual(
      none,
    );
  });
});

describe('a window is covered', () => {
  const covered = (edge: number, cutMs: number, more: Partial<ReadContext>, layout = hybrid) =>
    edge >= coveredFrom(layout, context(more), cutMs);

  it('by the stream alone from S on: complete since, and not before retention', () => {
    expect([0, -1].map((late) => covered(NOON - RETENTION + late, ALWAYS, {}))).toEqual([true, false]);
    expect(
      [0, -1].map((late) => covered(NOON - HOUR_MS + late, ALWAYS, { completeSinceMs: NOON - HOUR_MS })),
    ).toEqual([true, false]);
  });

  it('by batch and stream if S ≤ T ≤ t ≤ T + horizon and coverage begins at or before the edge', () => {
    const edge = NOON - 30 * DAY_MS;
    const cutMs = NOON - 2 * HOUR_MS;
    const at = (more: Partial<ReadContext>, cut = cutMs, begin = edge) =>
      covered(edge, cut, { batchMarker: marker(cut, begin), ...more });
    expect(at({})).toBe(true);
    expect(at({}, cutMs, edge + 1)).toBe(false);
    expect([cutMs, cutMs + 1].map((completeSinceMs) => at({ completeSinceMs }))).toEqual([true, false]);
    expect([cutMs, cutMs - 1].map((tMs) => at({ tMs }))).toEqual([true, false]);
    expect([cutMs + HORIZON, cutMs + HORIZON + 1].map((tMs) => at({ tMs }))).toEqual([true, false]);
    expect(at({ batchMarker: null })).toBe(false);
  });

  it('of lifetime only if coverage has no beginning', () => {
    const layout = layoutOf([{ operation: 'count', window: lifetime }]);
    const at = (begin: number) =>
      covered(ALWAYS, NOON - HOUR_MS, { batchMarker: marker(NOON - HOUR_MS, begin) }, layout);
    expect([at(ALWAYS), at(0)]).toEqual([true, false]);
  });

  it('of lifetime without batch values only if the stream was read from the beginning, whatever the retention', () => {
    const layout = layoutOf(
      [
        { operation: 'count', window: lifetime },
        { operation: 'count', window: hour },
      ],
      { batch: null, stream: { retentionMs: DAY_MS } },
    );
    expect(covered(ALWAYS, ALWAYS, {}, layout)).toBe(true);
    expect(covered(ALWAYS, ALWAYS, { completeSinceMs: 0 }, layout)).toBe(false);
    expect(covered(NOON - 2 * DAY_MS, ALWAYS, { completeSinceMs: 0 }, layout)).toBe(true);
  });
});

describe('a read is DEGRADED', () => {
  const layout = layoutOf([
    { operation: 'count', window: hour },
    { operation: 'count', window: month },
  ]);
  const cutMs = NOON - 3 * HOUR_MS;
  const known = { batchMarker: marker(cutMs) };
  const written = () => {
    const entity = new StoredEntity(layout);
    entity.materialize([{ at: NOON - 2 * DAY_MS }], NOON - 2 * HOUR_MS, cutMs);
    entity.add({ at: NOON - 2 }, NOON - 1);
    entity.store();
    return entity;
  };
  const reasonOf = (entity: StoredEntity, more: Partial<ReadContext> = known, parts = {}) => {
    const output = entity.read(NOON, more, parts);
    return [output.reason, ...output.statuses];
  };

  it('where history is missing, but not in a window that needs none', () => {
    expect(reasonOf(written())).toEqual([null, 1, 1]);
    expect(reasonOf(written(), { batchMarker: null })).toEqual(['incomplete', 1, 5]);
  });

  it('everywhere when a value has a codec that this version does not know, with what can be read', () => {
    const entity = written();
    for (const part of ['stream', 'batch'] as const) {
      const bytes = (entity.stored[part] as Uint8Array).slice();
      bytes[part === 'batch' ? 0 : bytes.length - 1] = 9;
      expect(reasonOf(entity, known, { [part]: bytes })).toEqual(['unreadable', 5, 5]);
      expect(entity.values(NOON, known, { [part]: bytes })).toEqual(part === 'batch' ? [1, 1] : [0, 1]);
      for (const size of [0, 1, 23, 39, bytes.length - 1])
        expect(reasonOf(entity, known, { [part]: entity.stored[part]?.slice(0, size) })).toEqual([
          'unreadable',
          5,
          5,
        ]);
    }
  });

  it('when a column of a batch value has a code that is not its own', () => {
    const entity = written();
    // header, then one row: start, width, events, count
    for (const at of [40, 45, 50, 55]) {
      const batch = (entity.batch as Uint8Array).slice();
      expect(batch[at]).toBe(at === 55 ? 8 : 4);
      batch[at] = 9;
      expect([at, ...reasonOf(entity, known, { batch })]).toEqual([at, 'unreadable', 5, 5]);
    }
  });

  it('when a row lies across the edge or the cut', () => {
    const entity = new StoredEntity(layout);
    entity.add({ at: NOON - HOUR_MS + 1 }, NOON);
    entity.store();
    const main = (entity.parts.main as Uint8Array).slice();
    const stretched = (start: number, seconds: number) => {
      const view = new DataView(main.buffer);
      view.setFloat64(0, start, true);
      view.setUint32(8, seconds, true);
      return { stream: main };
    };
    const edge = NOON - HOUR_MS;
    expect(reasonOf(entity, known, stretched(edge - 60_000, 61))).toEqual(['straddling', 5, 1]);
    expect(reasonOf(entity, known, stretched(edge - 60_000, 60))).toEqual([null, 1, 1]);
    expect(reasonOf(entity, known, stretched(edge, 60))).toEqual([null, 1, 1]);
    expect(reasonOf(entity, known, stretched(cutMs - 60_000, 61))).toEqual(['straddling', 5, 5]);
    expect(reasonOf(entity, known, stretched(cutMs - 60_000, 60))).toEqual([null, 3, 3]);
  });

  it('when a batch row lies across the edge', () => {
    // made for reads from tomorrow on: today's edge lies inside the first row
    const entity = new StoredEntity(
      layoutOf([
        { operation: 'count', window: month },
        { operation: 'count', window: lifetime },
      ]),
    );
    entity.materialize([{ at: NOON - 30 * DAY_MS }], NOON + DAY_MS, cutMs);
    expect(reasonOf(entity)).toEqual(['straddling', 5, 1]);
  });
});

describe('states of variable length are DEGRADED', () => {
  const entity = new StoredEntity(
    layoutOf(
      [
        { operation: 'last', input: 's', window: hour },
        { operation: 'last_n', input: 's', window: hour, parameters: { n: 2 } },
      ],
      { batch: null, stream: { retentionMs: DAY_MS } },
    ),
  );
  for (const [i, at] of [NOON - HOUR_MS, NOON - 30 * MINUTE_MS].entries()) {
    entity.add({ at, s: `word ${i}` }, at + 1);
    if (i === 0) entity.list.compact(NOON - HOUR_MS + 2);
    entity.store();
  }
  const { open, sealed } = entity.stored as { open: Uint8Array; sealed: Uint8Array };
  const reason = (parts: object) => entity.read(NOON, {}, parts).reason;
  const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

  it('when a part is missing, or of another write', () => {
    expect(reason({})).toBeNull();
    expect(reason({ open: null })).toBe('torn');
    expect(reason({ sealed: null })).toBe('torn');
    expect(reason({ open: flipped(open, open.length - 24) })).toBe('torn');
    expect(reason({ open: flipped(open, open.length - 16) })).toBe('torn');
    expect(reason({ sealed: flipped(sealed, sealed.length - 24) })).toBe('torn');
  });

  it('when a part cannot be read', () => {
    for (const part of ['open', 'sealed'] as const) {
      const bytes = part === 'open' ? open : sealed;
      expect(reason({ [part]: flipped(bytes, bytes.length - 1) })).toBe('unreadable');
      // sizes that lead beyond the entries: of an entry, of a state, of a string
      for (const at of [14, 18, 18 + 4 + 16 + 6, 18 + 4 + 16 + 6 + 4 + 16]) {
        const broken = bytes.slice();
        broken[at] = 0x7f;
        expect([part, at, reason({ [part]: broken })]).toEqual([part, at, 'unreadable']);
      }
    }
  });
});

// a run's values have no segment boundary before the edges at its clock, and an entity without any event after them has no value
it('no read is of an instant before the clock of the run that the marker names', () => {
  expect(markerClock(marker(NOON))).toBe(NOON + HOUR_MS);
  expect(markerClock(null)).toBe(ALWAYS);
});
