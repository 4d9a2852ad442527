import { experimentRegistry } from '../../../../test/integration/serving-experiment';
import type { FeatureVectors } from '../answer/feature-vectors';
import type { ServicePlan } from '../plan/plan';
import { AppliedRegistry } from '../registry/applied-registry';
import { entityKeysOf } from '../request/entity-keys';
import { LOG_SETTINGS, sharesOf } from './log-settings';
import { ServedLog } from './served-log';

const registry = new AppliedRegistry(experimentRegistry());
const plan = registry.servicePlan('trial', 'plain');

/** Rows of users, all values null. */
const vectorsOf = (of: ServicePlan, rows: number) =>
  ({
    plan: of,
    asOfMs: 5,
    rows,
    block: new Uint8Array(rows * of.blockWidth * 8),
    statuses: new Uint8Array(rows * of.columnCount).fill(2),
    typed: of.typed.map(() => new Array(rows).fill(null)),
  }) as unknown as FeatureVectors;

function logOf(
  share: number,
  room = Number.POSITIVE_INFINITY,
  shares: ReadonlyMap<string, number> = new Map(),
) {
  const sink = (rows: Buffer[]) => ({
    append(row: Uint8Array) {
      if (rows.length >= room) return false;
      rows.push(Buffer.from(row));
      return true;
    },
  });
  const [vectors, layouts, errors]: [Buffer[], Buffer[], string[]] = [[], [], []];
  const log = new ServedLog({
    share,
    shares,
    vectors: sink(vectors),
    layouts: sink(layouts),
    registryVersion: () => 7,
    onError: ({ message }) => errors.push(message),
  });
  const serve = (users: readonly number[], requestId = '') => {
    const keys = [{ joinKey: 'user', kind: 'integers', values: users }] as const;
    const sampled = log.sample(plan, keys, entityKeysOf(plan, { keys, data: [] }, 10_000), requestId);
    sampled?.log({ vectors: vectorsOf(plan, users.length), data: [], variant: '', rows: null });
    return sampled;
  };
  return { log, vectors, layouts, errors, serve };
}

const USERS = Array.from({ length: 2_000 }, (_, i) => i);
const entitiesIn = (rows: readonly Buffer[]) =>
  rows.map((row) => /user.(\d+)/s.exec(row.toString('latin1'))?.[1]);

describe('the log of served vectors', () => {
  it('has no rows of a share of 0, and all of a share of 1', () => {
    const [none, all] = [logOf(0), logOf(1)];
    expect(none.serve(USERS)).toBeNull();
    expect(all.serve(USERS)).not.toBeNull();
    expect([none.vectors.length, all.vectors.length]).toEqual([0, USERS.length]);
  });

  it('has in a larger share the entities of a smaller one, and others', () => {
    const [small, large] = [logOf(0.1), logOf(0.3)];
    for (const one of [small, large]) one.serve(USERS);
    const [few, more] = [new Set(entitiesIn(small.vectors)), new Set(entitiesIn(large.vectors))];
    expect([...few].every((entity) => more.has(entity))).toBe(true);
    expect(few.size).toBeGreaterThan(140);
    expect(more.size).toBeGreaterThan(520);
  });

  it('has another share of a service that has one of its own', () => {
    const none = logOf(1, Number.POSITIVE_INFINITY, new Map([['trial.plain', 0]]));
    const all = logOf(0, Number.POSITIVE_INFINITY, sharesOf('other.plain=0.5,trial.plain=1'));
    expect([none.serve(USERS), all.serve(USERS)?.requestId.length]).toEqual([null, 36]);
    expect(all.vectors).toHaveLength(USERS.length);
  });

  it.each<[string, boolean]>([
    ['flights.flight_risk=1', true],
    ['a.b=0,c.d=0.25', true],
    ['a.b=.5', true],
    ['a.b=1.5', false],
    ['a.b', false],
    ['a=1', false],
    ['a.b=1,', false],
    ['a.b=1;c.d=1', false],
  ])('shares may be %s: %s', (text, may) => {
    expect(LOG_SETTINGS.logShares.read(text) !== null).toBe(may);
  });

  it('tells before the answer whether something of it will be logged, by which name', () => {
    const { serve, log } = logOf(0.1);
    const inSample = USERS.filter((user) => serve([user]) !== null);
    const other = USERS.find((user) => !inSample.includes(user)) as number;
    expect(serve([inSample[0] as number])?.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(serve([inSample[0] as number], 'mine')?.requestId).toBe('mine');
    expect(serve([other, inSample[0] as number])).not.toBeNull();
    expect(log).toBeDefined();
  });

  it('writes each layout once, and again if there was no room for it', () => {
    const { serve, layouts } = logOf(1);
    for (const user of [1, 2, 3]) serve([user]);
    expect(layouts).toHaveLength(1);
    const full = logOf(1, 0);
    for (const user of [1, 2, 3]) expect(full.serve([user])).not.toBeNull();
    expect(full.errors).toEqual([]);
  });

  it('fails no answer when a row cannot be written', () => {
    const { log, errors } = logOf(1);
    const keys = [{ joinKey: 'user', kind: 'integers', values: [1] }] as const;
    const sampled = log.sample(plan, keys, entityKeysOf(plan, { keys, data: [] }, 10));
    const broken = { ...vectorsOf(plan, 1), typed: [] } as FeatureVectors;
    expect(() => sampled?.log({ vectors: broken, data: [], variant: '', rows: null })).not.toThrow();
    expect(errors).toHaveLength(1);
  });
});
