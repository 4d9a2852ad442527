import { experimentRegistry } from '../../../../test/integration/serving-experiment';
import { AppliedRegistry } from '../registry/applied-registry';

const registry = new AppliedRegistry(experimentRegistry());

describe('the plan of a service with variants', () => {
  const plan = registry.servicePlan('trial', 'risk');

  it('has the columns of the variants: in the float64 block if all of them have it there, of a view if all take it from it', () => {
    expect(
      plan.layout.columns?.map(({ name, in_float64_block, view, view_version }) => [
        name,
        in_float64_block,
        view,
        view_version,
      ]),
    ).toEqual([
      ['paid', true, '', 0],
      ['units', false, '', 0],
      ['shop', false, '', 0],
    ]);
    expect(plan.blockWidth).toBe(1);
    expect(plan.typed.map(({ column, kind }) => [column, kind])).toEqual([
      [1, 'integers'],
      [2, 'strings'],
    ]);
    const visits = registry
      .servicePlan('trial', 'pairs')
      .layout.columns?.find(({ name }) => name === 'visits');
    expect(visits).toMatchObject({ view: 'visits', view_version: 1 });
  });

  it('knows where each variant has its columns, if not where the answer has them', () => {
    expect(plan.experiment?.variants.map(({ name, places }) => [name, places])).toEqual([
      [
        'hourly',
        [
          { block: 0, typed: -1 },
          { block: 1, typed: -1 },
          { block: -1, typed: 0 },
        ],
      ],
      ['daily', null],
    ]);
  });

  it('has variants whose layouts name their views', () => {
    const [hourly, daily] = plan.experiment?.variants ?? [];
    expect(hourly?.plan.layout.columns?.[0]).toMatchObject({ view: 'spending', view_version: 1 });
    expect(daily?.plan.layout.columns?.[0]).toMatchObject({ view: 'spending', view_version: 2 });
    expect(new Set([hourly, daily].map((variant) => variant?.plan.layout.id)).has(plan.layout.id)).toBe(
      false,
    );
  });

  it('tells rows apart by all join keys in the order of their names', () => {
    const pairs = registry.servicePlan('trial', 'pairs');
    expect(pairs.rowKey.positions.map((position) => pairs.joinKeys[position]?.name)).toEqual([
      'shop',
      'user',
    ]);
    expect(pairs.rowKey.entityKey).toBe(-1);
    expect(plan.rowKey).toEqual({ positions: [0], entityKey: 0 });
  });

  it('is none of a service without variants', () => {
    expect(registry.servicePlan('trial', 'plain').experiment).toBeNull();
  });
});
