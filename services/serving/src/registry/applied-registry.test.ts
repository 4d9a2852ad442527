import { ForebayError } from '@forebay/contract';
import type { Project } from '@forebay/definitions';
import { flightsRegistry } from '../../../../test/integration/serving-project';
import { shopRegistry } from '../../../../test/integration/serving-shop';
import { ANYONE } from '../security/caller';
import { callerWith } from '../security/security.fixture';
import { AppliedRegistry, KEPT_LIST_PLANS } from './applied-registry';

const registry = new AppliedRegistry(flightsRegistry());

describe('AppliedRegistry', () => {
  it('finds a service by name, the newest, and by name and version', () => {
    expect(registry.servicePlan('flights', 'delays').label).toBe('delays@2');
    expect(registry.servicePlan('flights', 'delays@1').label).toBe('delays@1');
  });

  it.each([
    [
      () => registry.servicePlan('flihgts', 'delays', ANYONE),
      /no project "flihgts" in the registry; did you mean "flights"\?/,
    ],
    [() => registry.servicePlan('', 'delays'), /project is empty/],
    [
      () => registry.servicePlan('flights', 'trips', ANYONE),
      /no feature service "trips" in project "flights".*delays@1, delays@2, trip@1/,
    ],
    [() => registry.listPlan('flights', []), /list of features is empty/],
    [
      () => registry.listPlan('flights', [{ view: 'departure', version: 0, feature: 'flights_1h' }]),
      /no view "departure".*did you mean "departures"\?/,
    ],
    [
      () => registry.listPlan('flights', [{ view: 'departures', version: 7, feature: 'flights_1h' }]),
      /no view "departures@7".*departures@1/,
    ],
    [
      () => registry.listPlan('flights', [{ view: 'departures', version: 0, feature: 'flights_2h' }]),
      /no feature "flights_2h" in view "departures@1" of project "flights"; did you mean "flights_1h"\?/,
    ],
  ])('says what there is instead of an unknown name (%#)', (find, message) => {
    expect(find).toThrow(message);
    expect(find).toThrow(ForebayError);
  });

  it('tells nobody of projects and services that it may not read', () => {
    const caller = callerWith(['read:flights/delays', 'read:ghost/*'], ['ghost']);
    expect(() => registry.listPlan('ghost', [], caller)).toThrow(
      /^no project "ghost" in the registry \(there is none to read\)$/,
    );
    const reader = callerWith(['read:flights/delays']);
    expect(() => registry.servicePlan('flights', 'delays@9', reader)).toThrow(
      /\(there are: delays@1, delays@2\)$/,
    );
    expect(() => registry.servicePlan('flights', 'trips')).toThrow(/ \(there is none to read\)$/);
  });

  it('keeps the plans of lists, and forgets the oldest', () => {
    const list = (n: number) => [
      { view: 'departures', version: 0, feature: 'flights_1h' },
      ...new Array(n).fill({ view: 'gates', version: 1, feature: 'gate_flights_1h' }),
    ];
    const first = registry.listPlan('flights', list(0));
    expect(registry.listPlan('flights', list(0))).toBe(first);
    for (let n = 1; n <= KEPT_LIST_PLANS; n++) registry.listPlan('flights', list(n));
    expect(registry.listPlan('flights', list(0))).not.toBe(first);
  });

  it('takes unchanged views over from the registry before', () => {
    const snapshot = flightsRegistry();
    const next = new AppliedRegistry({ ...snapshot, version: 2 }, registry);
    const viewsOf = (applied: AppliedRegistry) =>
      applied.servicePlan('flights', 'trip').views.map(({ readable }) => readable);
    expect(next.version).toBe(2);
    expect(viewsOf(next)).toEqual(viewsOf(registry));
    viewsOf(next).forEach((readable, i) => {
      expect(readable).toBe(viewsOf(registry)[i]);
    });
  });

  it('serves the other services when one cannot be planned', () => {
    const snapshot = flightsRegistry();
    const [project] = snapshot.projects;
    if (project === undefined) throw new Error('no project');
    const aggregationViews = project.aggregationViews.filter(({ name }) => name !== 'routes');
    const applied = new AppliedRegistry({ ...snapshot, projects: [{ ...project, aggregationViews }] });
    expect(applied.servicePlan('flights', 'delays').columnCount).toBe(7);
    expect(() => applied.servicePlan('flights', 'trip')).toThrow(
      /feature service "trip@1": no view "routes"/,
    );
    expect(applied.failures().map(({ message }) => message)).toEqual([expect.stringContaining('trip@1')]);
  });
});

describe('a plan', () => {
  const plan = registry.servicePlan('flights', 'trip');

  it('asks for each join key once, and knows the entity key of each view', () => {
    expect(plan.joinKeys).toEqual([
      { name: 'airport', type: 'string' },
      { name: 'destination', type: 'string' },
    ]);
    expect(plan.entityKeys).toEqual([[0], [0, 1]]);
    expect(plan.views.map(({ readable, entityKey }) => [readable.label, entityKey])).toEqual([
      ['departures@1', 0],
      ['routes@1', 1],
    ]);
  });

  it('places the columns in the order of the service, views mixed', () => {
    const columns = plan.layout.columns?.map(({ name, type, in_float64_block }) => [
      name,
      type,
      in_float64_block,
    ]);
    expect(columns).toEqual([
      ['flights_1h', 'INT64', true],
      ['last_destination_1d', 'STRING', false],
      ['route_flights_1d', 'INT64', true],
      ['route_delay_1d', 'DOUBLE', true],
      ['route_planes_1d', 'INT64_LIST', false],
      ['longest_1d', 'INT64', false],
    ]);
    expect(plan.blockWidth).toBe(3);
    expect(plan.typed).toMatchObject([
      { column: 1, kind: 'strings' },
      { column: 4, kind: 'lists_of_integers' },
      { column: 5, kind: 'integers' },
    ]);
    const [{ columns: ofView }] = plan.views as [(typeof plan.views)[0]];
    expect([
      ofView.count,
      ofView.numbers.map(({ at }) => at),
      ofView.typed.map(({ typed }) => typed),
    ]).toEqual([3, [0], [0, 2]]);
    expect(
      ofView.statuses.flatMap(({ at, count }) => Array.from({ length: count }, (_, i) => at + i)),
    ).toEqual([0, 1, 5]);
  });

  it('reads progress once per source, and the variable-length parts only where the view has them', () => {
    expect(plan.clocks.keyCount).toBe(1 + 2 * 2);
    expect(plan.keysPerRow).toBe(8);
    const gates = registry.servicePlan('flights', 'gate');
    expect([gates.clocks.keyCount, gates.keysPerRow]).toEqual([2, 1]);
  });

  it('reads a table view beside an aggregation view: one value and one marker', () => {
    const ranked = registry.servicePlan('flights', 'ranked');
    expect(ranked.joinKeys).toEqual([{ name: 'airport', type: 'string' }]);
    expect([ranked.clocks.keyCount, ranked.keysPerRow]).toEqual([1 + 1 + 2, 1 + 4]);
    expect(ranked.blockWidth).toBe(2);
    expect(ranked.typed).toEqual([
      { column: 1, kind: 'integers', vectorLength: 0 },
      { column: 2, kind: 'strings', vectorLength: 0 },
      { column: 3, kind: 'lists_of_strings', vectorLength: 0 },
      { column: 4, kind: 'vectors', vectorLength: 3 },
    ]);
    expect(ranked.layout.columns?.[4]).toMatchObject({ name: 'embedding', type: 'VECTOR', view: 'ranking' });
  });

  it('has a layout id that depends on the columns only', () => {
    const again = new AppliedRegistry(flightsRegistry()).servicePlan('flights', 'trip');
    expect(again.layout.id).toBe(plan.layout.id);
    expect(plan.layout.id).toMatch(/^[0-9a-f]{16}$/);
    expect(registry.servicePlan('flights', 'delays').layout.id).not.toBe(plan.layout.id);
  });

  describe('with on-demand views', () => {
    const shop = new AppliedRegistry(shopRegistry());
    const verdict = shop.servicePlan('shop', 'verdict');

    it('reads the views that they need, though no feature of them is in the answer', () => {
      expect(verdict.views.map(({ readable, columns }) => [readable.label, columns.count])).toEqual([
        ['everything@1', 0],
        ['shops@1', 0],
        ['habits@1', 0],
      ]);
      expect(verdict.joinKeys.map(({ name }) => name)).toEqual(['customer', 'shop']);
      expect(verdict.columnCount).toBe(4);
    });

    it('computes each view after those that it reads', () => {
      expect(verdict.computations.map(({ index, computed }) => [index, computed.label])).toEqual([
        [3, 'risk@1'],
        [4, 'verdict@1'],
      ]);
      const { computed, fields } = verdict.computations[1] as (typeof verdict.computations)[number];
      expect(computed.inputs[0]?.from).toBe(verdict.computations[0]?.computed);
      expect(fields.map((field) => verdict.request[field]?.name)).toEqual(['amount']);
    });

    it('takes the columns of computed features like all others', () => {
      expect(verdict.layout.columns?.map(({ name, type, view }) => [name, type, view])).toEqual([
        ['is_odd', 'BOOL', 'verdict'],
        ['is_rare', 'BOOL', 'verdict'],
        ['part', 'DOUBLE', 'verdict'],
        ['constant', 'INT64', 'verdict'],
      ]);
      expect(verdict.blockWidth).toBe(3);
    });

    it('needs no keys where nothing is read', () => {
      const offer = shop.servicePlan('shop', 'offer');
      expect([offer.joinKeys, offer.clocks.keyCount, offer.keysPerRow]).toEqual([[], 0, 0]);
    });

    it('takes them over from the registry before, unless a function or a view that they read is another', () => {
      const snapshot = shopRegistry();
      const [project] = snapshot.projects as [Project];
      const computedOf = (next: Project) =>
        new AppliedRegistry({ ...snapshot, projects: [next] }, shop)
          .servicePlan('shop', 'verdict')
          .computations.map(({ computed }) => computed);
      const before = verdict.computations.map(({ computed }) => computed);
      expect(computedOf(project).every((view, i) => view === before[i])).toBe(true);
      const functions = project.functions.map((own) => ({ ...own, source: '(a, b) => a + b' }));
      expect(computedOf({ ...project, functions }).some((view, i) => view === before[i])).toBe(false);
      const aggregationViews = project.aggregationViews.map((view) =>
        view.name === 'shops' ? { ...view, filter: 'card' } : view,
      );
      expect(computedOf({ ...project, aggregationViews }).some((view, i) => view === before[i])).toBe(false);
    });

    it('refuses views that are computed from themselves, and serves the others', () => {
      const snapshot = shopRegistry();
      const [project] = snapshot.projects as [Project];
      const onDemandViews = project.onDemandViews.map((view) => {
        if (view.name !== 'risk') return view;
        const feature = { view: 'verdict', version: 1, feature: 'part' };
        return { ...view, inputs: [...view.inputs, { column: 'part', feature, type: 'double' as const }] };
      });
      const applied = new AppliedRegistry({ ...snapshot, projects: [{ ...project, onDemandViews }] });
      expect(() => applied.servicePlan('shop', 'verdict')).toThrow('it is computed from itself');
      expect(applied.servicePlan('shop', 'offer').columnCount).toBe(1);
    });

    it('reads both lists and both markers of a view on a schedule', () => {
      const habits = shop.servicePlan('shop', 'habits');
      const { parts, partPrefixes, tickMarkerKeys } = (habits.views[0] as (typeof habits.views)[number])
        .readable;
      expect([habits.clocks.keyCount, habits.keysPerRow]).toEqual([2, 2]);
      expect([parts.even, parts.odd, parts.batch, parts.stream]).toEqual([0, 1, -1, -1]);
      expect([...partPrefixes, ...tickMarkerKeys].map(String)).toEqual([
        expect.stringMatching(/^f:\{0\}\d+\.0\.$/),
        expect.stringMatching(/^f:\{0\}\d+\.1\.$/),
        expect.stringMatching(/^m:\{0\}\d+\.0$/),
        expect.stringMatching(/^m:\{0\}\d+\.1$/),
      ]);
    });
  });
});
