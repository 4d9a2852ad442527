import { applyPlan, compileYamlProject, type Project } from '@forebay/definitions';
import { trainingFeaturesOf } from './training-features';

const project = compileYamlProject(`
name: shop
entities: [{ name: user, joinKeys: { user: int64 } }]
eventSources: [{ name: clicks, topic: clicks, fields: { time: timestamp, user: int64 }, eventTime: time }]
aggregationViews:
  - { name: recent, entity: user, source: clicks, features: { clicks: { operation: count, window: 1h } } }
  - { name: recent, version: 2, entity: user, source: clicks, features: { clicks: { operation: count, window: 2h } } }
featureServices:
  - { name: plain, features: [recent@1] }
  - name: tried
    variants:
      - { name: old, share: 90, features: [recent@1] }
      - { name: fresh, share: 10, features: [recent@2] }
  - { name: won, variants: [{ name: fresh, share: 100, features: [recent@2] }] }
`);
const snapshot = applyPlan(null, project, { nowMs: 0, appliedBy: 'test' });
const [applied] = snapshot.projects as [Project];

const versionsOf = (selection: Parameters<typeof trainingFeaturesOf>[2]) =>
  trainingFeaturesOf(snapshot, applied, selection).map(({ version }) => version);

describe('the features of a training set', () => {
  it('are those of the service, of its only variant, or of the variant that is chosen', () => {
    expect(versionsOf({ service: 'plain' })).toEqual([1]);
    expect(versionsOf({ service: 'won' })).toEqual([2]);
    expect(versionsOf({ service: 'tried', variant: 'old' })).toEqual([1]);
    expect(versionsOf({ service: 'tried', variant: 'fresh' })).toEqual([2]);
  });

  test.each<[Parameters<typeof trainingFeaturesOf>[2], string]>([
    [
      { service: 'tried' },
      'feature service "tried@1" has variants: choose one with --variant, of old, fresh',
    ],
    [
      { service: 'tried', variant: 'new' },
      'feature service "tried@1" has no variant "new": it has old, fresh',
    ],
    [{ service: 'plain', variant: 'old' }, 'feature service "plain@1" has no variant "old": it has none'],
    [
      { features: [{ view: 'recent', feature: 'click' }] },
      'view "recent@2" has no feature "click": did you mean "clicks"?',
    ],
  ])('%j is refused', (selection, message) => {
    expect(() => versionsOf(selection)).toThrow(message);
  });
});
