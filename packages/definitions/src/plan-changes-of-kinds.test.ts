import { applyPlan } from './apply-plan';
import { compileProject } from './compile-project';
import { type PaymentsChanges, paymentsProject } from './payments.fixture';
import { planChanges } from './plan-changes';
import { project } from './project-declaration';

const compiled = (changes: PaymentsChanges) => compileProject(paymentsProject(changes));
const applied = applyPlan(null, compiled({}), { nowMs: 1_000, appliedBy: 'ana' });
const changesOf = (changes: PaymentsChanges) =>
  planChanges(applied, compiled(changes)).changes.filter(({ kind }) => kind !== 'unchanged');
const refusalsOf = (changes: PaymentsChanges) =>
  changesOf(changes).flatMap(({ what, name, refused }) =>
    refused === undefined ? [] : [`${what} ${name}: ${refused}`],
  );

const changed = (difference: string) =>
  `its meaning changed under version 1 (${difference}): declare it as version 2`;

describe('plans of scheduled, table and on-demand views', () => {
  it('find nothing to do in what was applied', () => {
    expect(changesOf({})).toEqual([]);
  });

  it('materialize what is stored, thus no on-demand views', () => {
    expect(planChanges(null, compiled({})).work).toMatchObject({
      tables: ['payments'],
      materialize: ['recent@1', 'daily@1', 'profile@1'],
    });
  });

  it.each<[string, PaymentsChanges, string]>([
    [
      'a schedule',
      { daily: { schedule: { every: '12h' } } },
      `aggregation view daily@1: ${changed('view: schedule every 1d, wait 1h, delay 2h → every 12h, wait 1h, delay 2h')}`,
    ],
    [
      'the maximum age of a table view',
      { profile: { maxAge: '30d' } },
      `table view profile@1: ${changed('view: max age 365d → 30d')}`,
    ],
    [
      'the field of a table view',
      { profile: { features: { credit_limit: 'limit', tier: 'tier' } } },
      `table view profile@1: ${changed('feature "taste" removed')}`,
    ],
    [
      "a table view's source",
      { tableSource: { table: 'crm.other' } },
      `table view profile@1: ${changed('source: table crm.profiles → crm.other')}`,
    ],
    [
      'an expression of an on-demand view',
      { risk: { features: { z: 'amount' } } },
      `on-demand view risk@1: its meaning changed under version 1 (`,
    ],
    [
      'the request',
      { risk: { request: { amount: 'double', place: 'string' } } },
      `on-demand view risk@1: ${changed('request field "place" added')}`,
    ],
    [
      'a function that a view calls',
      { ratio: { evaluate: '(a, b) => b / a' } },
      'on-demand view risk@1: its meaning changed under version 1 (function "part_of": evaluate ',
    ],
  ])('refuse %s under the same version', (_, changes, refused) => {
    expect(refusalsOf(changes)[0]?.slice(0, refused.length)).toBe(refused);
  });

  it('allow metadata, descriptions and fields that no view uses', () => {
    const fields = {
      customer: 'int64',
      since: 'timestamp',
      seen: 'timestamp',
      limit: 'double',
      tier: 'string',
      taste: 'vector<3>',
    };
    const changes = {
      profile: { owner: 'crm' },
      risk: { owner: 'fraud' },
      tableSource: { fields: { ...fields, more: 'list<string>' } },
      ratio: { description: 'x', evaluate: '(a,b) => a/b' },
    };
    expect(refusalsOf(changes)).toEqual([]);
    expect(changesOf(changes).map(({ what, details }) => [what, details])).toEqual([
      ['table source', ['fields: "more" added']],
      ['table view', ['metadata.owner: "" → "crm"']],
      ['on-demand view', ['metadata.owner: "" → "fraud"']],
      ['function', [expect.stringMatching(/^source: /), 'description: "" → "x"']],
    ]);
  });

  it('call the removal of what is stored or read destructive', () => {
    const plan = planChanges(applied, compileProject(project({ name: 'payments' })));
    const destructive = plan.changes.filter((change) => change.destructive).map(({ what }) => what);
    expect(destructive).toEqual([
      'event source',
      'aggregation view',
      'aggregation view',
      'table view',
      'on-demand view',
      'feature service',
    ]);
  });
});
