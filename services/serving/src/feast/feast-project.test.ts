import { ANYONE } from '../security/caller';
import { type ProjectFacts, projectOf } from './feast-project';

const facts = (more: Partial<ProjectFacts>): ProjectFacts => ({
  named: null,
  configured: undefined,
  projects: ['flights', 'shop'],
  caller: ANYONE,
  selection: { kind: 'service', featureService: 'pricing' },
  ...more,
});

/** Of a tenant with these projects, with grants for these. */
const caller = (tenant: readonly string[], readable: readonly string[]): ProjectFacts['caller'] => ({
  isOfTenant: (project) => tenant.includes(project),
  mayRead: (project, service) => readable.includes(service === null ? project : `${project}/${service}`),
});

describe('projectOf', () => {
  it.each<[string, Partial<ProjectFacts>]>([
    ['shop', { named: 'shop', configured: 'flights' }],
    ['nobody', { named: 'nobody' }],
    ['flights', { configured: 'flights' }],
    ['shop', { projects: ['shop'] }],
    ['gone', { configured: 'gone', projects: [] }],
    ['shop', { caller: caller(['shop'], []) }],
    ['shop', { configured: 'flights', caller: caller(['shop'], []) }],
    ['shop', { caller: caller(['flights', 'shop'], ['shop/pricing']) }],
    [
      'shop',
      { caller: caller(['flights', 'shop'], ['shop']), selection: { kind: 'features', features: [] } },
    ],
  ])('is %s (%#)', (project, given) => {
    expect(projectOf(facts(given))).toBe(project);
  });

  it.each<[RegExp, Partial<ProjectFacts>]>([
    [/which project is not said, and there are 2 \(flights, shop\)/, {}],
    [/there are 0 \(none\)/, { projects: [] }],
    [/there are 0 \(none\)/, { caller: caller([], []) }],
    [
      /there are 2 \(flights, shop\)/,
      { caller: caller(['flights', 'shop'], ['flights/pricing', 'shop/pricing']) },
    ],
    [
      /there are 2 \(flights, shop\)/,
      { projects: ['flights', 'secret', 'shop'], caller: caller(['flights', 'shop'], []) },
    ],
  ])('is a mistake where nothing says which (%#)', (message, given) => {
    expect(() => projectOf(facts(given))).toThrow(message);
  });
});
