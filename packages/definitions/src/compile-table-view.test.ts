import { problemsOf } from './compiling.fixture';
import { paymentsProject } from './payments.fixture';
import { tableView } from './table-view-declaration';

const viewProblems = (profile: object) => problemsOf(paymentsProject({ profile }));

describe('table views', () => {
  const place = 'view "profile"';
  const known = '"customer", "since", "seen", "limit", "tier", "taste"';

  it.each<[object, string]>([
    [{ features: {} }, `${place}: no features: declare at least one`],
    [
      { features: { credit_limit: 'limt' } },
      `${place}, feature "credit_limit": there is no field "limt": the fields are ${known}`,
    ],
    [
      { features: { credit_limit: 5 } },
      `${place}: "features.credit_limit" is 5: expected the name of a field, or { field, description }`,
    ],
    [
      { features: { creditLimit: 'limit' } },
      `${place}, feature "creditLimit": "creditLimit" is not a name: use a lowercase letter, then up to 62 lowercase letters, digits or _`,
    ],
    [
      { keys: { customer: 'tier' } },
      `${place}, key "customer": "tier" is string, and the join key is int64: it can be read from int32 or int64`,
    ],
    [
      { keys: { customer: 'user' } },
      `${place}, key "customer": there is no field "user": there are ${known}; say which in "keys"`,
    ],
    [{ maxAge: '0s' }, `${place}, maxAge: 0s is not between 1s and 3660d`],
    [
      { schedule: undefined },
      `${place}: "schedule" is missing: expected { every, wait, delay }, the last two optional`,
    ],
    [{ schedule: { every: '1s' } }, `${place}, schedule.every: 1s is not between 1m and 366d`],
    [
      { schedule: { every: '1h', wait: '2h', delay: '1h' } },
      `${place}, schedule.delay: 1h is not longer than the wait 2h: a run begins after the wait and must end before the delay`,
    ],
    [{ stream: {} }, `${place}: unknown option "stream": check its spelling, or leave it out`],
    [{ version: 0 }, 'view "profile@0": version 0 is not a whole number from 1 to 1000000'],
  ])('%j are refused', (profile, problem) => {
    expect(viewProblems(profile)).toContain(problem);
  });

  it('take no event source', () => {
    const declaration = tableView({ name: 'x', source: { kind: 'event source' } } as never);
    expect(problemsOf({ kind: 'project', options: { name: 'p', tableViews: [declaration] } })).toContain(
      'view "x": "source" is an object: expected what tableSource() returns',
    );
  });
});
