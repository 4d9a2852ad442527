import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { applyPlan } from './apply-plan';
import { compileProject } from './compile-project';
import { problemsOf } from './compiling.fixture';
import { dependenciesOf } from './dependencies';
import { sourceOf } from './lookup';
import type { AggregationView, Project } from './model';
import { type PairingChanges, pairingProject } from './pairing.fixture';
import { planChanges } from './plan-changes';
import { decodeRegistry, encodeRegistry } from './registry-codec';
import { compileYamlProject } from './yaml/compile-yaml-project';

const compiled = (changes: PairingChanges = {}) => compileProject(pairingProject(changes));
const viewOf = (project: Project, name: string) =>
  project.aggregationViews.find((view) => view.name === name) as AggregationView;

describe('joined and sequence sources', () => {
  it('are compiled', () => {
    const { joinedSources, sequenceSources } = compiled();
    expect(joinedSources).toMatchObject([
      {
        name: 'clicked',
        left: 'impressions',
        right: 'clicks',
        on: [
          { left: 'user', right: 'who' },
          { left: 'ad', right: 'ad' },
        ],
        withinMs: 30 * MINUTE_MS,
        fields: [
          { name: 'user', type: 'string', side: 'left', field: 'user' },
          { name: 'price', type: 'double', side: 'left', field: 'price' },
          { name: 'x', type: 'double', side: 'right', field: 'x' },
          { name: 'shown_at', type: 'timestamp', side: 'left', field: 'at' },
        ],
      },
    ]);
    expect(sequenceSources).toMatchObject([
      { source: 'logins', by: ['user'], first: 'ok == false', second: 'ok', withinMs: 5 * MINUTE_MS },
    ]);
  });

  it('are event sources to views: as late, as skewed and as long remembered as the widest of their inputs', () => {
    const project = compiled();
    const joined = sourceOf(project, viewOf(project, 'clicked_by_user'));
    expect(joined).toMatchObject({
      topic: '',
      table: '',
      eventTime: 'event_time',
      eventId: 'event_id',
      allowedLatenessMs: 30 * MINUTE_MS,
      dedupeMs: 2 * HOUR_MS,
      maxClockSkewMs: 5 * MINUTE_MS,
      pairing: { kind: 'join' },
    });
    expect(joined.fields.map(({ name }) => name)).toEqual([
      'user',
      'price',
      'x',
      'shown_at',
      'event_time',
      'event_id',
    ]);
    const sequence = sourceOf(project, viewOf(project, 'guesses'));
    expect(sequence).toMatchObject({
      eventTime: 'at',
      eventId: 'id',
      dedupeMs: HOUR_MS,
      pairing: { kind: 'sequence', source: { name: 'logins' } },
    });
  });

  it.each<[string, PairingChanges, string]>([
    ['a source without ids', { impressions: { eventId: undefined } }, 'has no event id'],
    ['other counts of partitions', { clicks: { partitions: 8 } }, 'both must have as many'],
    ['keys of other types', { joined: { on: { user: 'id' } } }, 'they are never equal'],
    ['doubles as keys', { joined: { on: { price: 'x' } } }, 'keys are string, int32'],
    ['no keys', { joined: { on: {} } }, 'name at least one pair of fields'],
    ['unknown keys', { joined: { on: { user: 'user' } } }, 'event source "clicks" has no field "user"'],
    ['unknown fields', { joined: { fields: { user: 'left.who' } } }, 'has no field "who"'],
    ['fields of no side', { joined: { fields: { user: 'user' } } }, 'write left.field or right.field'],
    [
      'names that are taken',
      { joined: { fields: { user: 'left.user', event_id: 'left.id' } } },
      'has a field of that name already',
    ],
    ['a bound over the limit', { joined: { within: '30d' } }, 'is not between 1ms and 7d'],
    ['conditions that are no bool', { sequence: { first: 'user' } }, 'is string, not bool'],
    ['no common fields', { sequence: { by: [] } }, 'name at least one that both events have in common'],
    ['a name of an event source', { sequence: { name: 'clicks' } }, 'declared as sources of two kinds'],
  ])('refuse %s', (_what, changes, message) => {
    expect(problemsOf(pairingProject(changes)).join('\n')).toContain(message);
  });

  it('give back from the registry what was applied', () => {
    const project = compiled();
    const applied = applyPlan(null, project, { nowMs: 5, appliedBy: 'ana' });
    const [known] = applied.projects;
    const ids = [...(known?.joinedSources ?? []), ...(known?.sequenceSources ?? [])].map(({ id }) => id);
    expect(ids.every((id) => id > 0)).toBe(true);
    const decoded = decodeRegistry(encodeRegistry(applied));
    expect(decoded).toStrictEqual(applied);
    expect(applyPlan(decoded, project, { nowMs: 6, appliedBy: 'ana' })).toBe(decoded);
  });

  it('are what their views are made with, and are made with their sources', () => {
    const lines = dependenciesOf(compiled()).map(({ from, on }) => `${from.name} ← ${on.kind} ${on.name}`);
    expect(lines).toEqual(
      expect.arrayContaining([
        'clicked ← event source impressions',
        'clicked ← event source clicks',
        'guessed ← event source logins',
        'clicked_by_user@1 ← joined source clicked',
        'guesses@1 ← sequence source guessed',
      ]),
    );
  });
});

describe('the meaning of a view', () => {
  const refusals = (changes: PairingChanges) => {
    const applied = applyPlan(null, compiled(), { nowMs: 5, appliedBy: 'ana' });
    const { changes: planned } = planChanges(applied, compiled(changes));
    return planned.flatMap(({ refused, name }) => (refused === undefined ? [] : [`${name}: ${refused}`]));
  };

  it.each<[string, PairingChanges, string]>([
    ['the bound', { joined: { within: '20m' } }, 'clicked_by_user@1: .*join: within 30m → 20m'],
    ['the keys', { joined: { on: { user: 'who' } } }, 'join: on ad = ad, user = who → user = who'],
    [
      'where a used field comes from',
      { joined: { fields: { user: 'right.who', price: 'left.price', x: 'right.x', shown_at: 'left.at' } } },
      'joined field "user": from left.user → right.who',
    ],
    ['a condition', { sequence: { first: 'ok != true' } }, 'guesses@1: .*sequence: first'],
    ['the bound of a sequence', { sequence: { within: '1m' } }, 'sequence: within 5m → 1m'],
  ])('changes with %s', (_what, changes, message) => {
    expect(refusals(changes).join('\n')).toMatch(new RegExp(message));
  });

  it('does not change with a field that it does not use', () => {
    expect(refusals({ joined: { fields: { user: 'left.user', price: 'left.price' } } })).toEqual([]);
  });
});

describe('YAML', () => {
  const yaml = `
name: ads
entities:
  - { name: user, joinKeys: { user: string } }
eventSources:
  - name: impressions
    topic: impressions
    fields: { at: timestamp, id: string, user: string, ad: int32, price: double }
    eventTime: at
    eventId: id
    allowedLateness: 10m
  - name: clicks
    topic: clicks
    fields: { at: timestamp, id: int64, who: string, ad: int64, x: double }
    eventTime: at
    eventId: id
    allowedLateness: 30m
    dedupe: 2h
    maxClockSkew: 1m
  - name: logins
    topic: logins
    fields: { at: timestamp, id: string, user: string, ok: bool }
    eventTime: at
    eventId: id
joinedSources:
  - name: clicked
    left: impressions
    right: clicks
    on: { user: who, ad: ad }
    within: 30m
    fields: { user: left.user, price: left.price, x: right.x, shown_at: left.at }
sequenceSources:
  - { name: guessed, source: logins, by: [user], first: ok == false, second: ok, within: 5m }
aggregationViews:
  - name: clicked_by_user
    entity: user
    source: clicked
    features:
      clicked_1h: { operation: count, window: 1h, filter: price > 1.0 }
  - name: guesses
    entity: user
    source: guessed
    features:
      guesses_1h: { operation: count, window: 1h }
`;

  it('declares the same', () => {
    expect(compileYamlProject(yaml)).toEqual(compiled());
  });

  it('names what is not there', () => {
    const wrong = yaml.replace('left: impressions', 'left: impression');
    expect(() => compileYamlProject(wrong)).toThrow(
      'joined source "clicked": there is no event source "impression"',
    );
  });
});
