import { flightsRegistry } from '../../../../test/integration/serving-project';
import type { ServicePlan } from '../plan/plan';
import { AppliedRegistry } from '../registry/applied-registry';
import { type EntityKeys, entityKeysOf as keysOf } from './entity-keys';
import type { KeyColumn, KeyValue } from './online-features-request';

const registry = new AppliedRegistry(flightsRegistry());
const trip = registry.servicePlan('flights', 'trip');
const gate = registry.servicePlan('flights', 'gate');
const plane = registry.servicePlan('flights', 'plane');

const entityKeysOf = (plan: ServicePlan, keys: readonly KeyColumn[], maxRows: number) =>
  keysOf(plan, { keys, data: [] }, maxRows);

const column = (joinKey: string, kind: KeyColumn['kind'], ...values: KeyValue[]): KeyColumn => ({
  joinKey,
  kind,
  values,
});

const encoded = (keys: EntityKeys, entities: number) =>
  Array.from({ length: entities }, (_, entity) =>
    Array.from({ length: keys.rows }, (_, row) => keys.encoded(entity, row)),
  );

describe('entityKeysOf', () => {
  it('encodes the key of each entity for each row, whatever the order of the columns', () => {
    const keys = entityKeysOf(
      trip,
      [column('destination', 'strings', 'LAX', 'a.b'), column('airport', 'strings', 'ORD', 'ATL')],
      10,
    );
    expect(encoded(keys, 2)).toEqual([
      ['ORD', 'ATL'],
      ['ORD.LAX', 'ATL.a%2Eb'],
    ]);
    const planes = entityKeysOf(plane, [column('plane', 'integers', 7, 9007199254740993n)], 10);
    expect(encoded(planes, 1)).toEqual([['7', '9007199254740993']]);
    const gates = [column('gate', 'integers', -1), column('domestic', 'booleans', true)];
    expect(encoded(entityKeysOf(gate, gates, 10), 1)).toEqual([['-1.true']]);
  });

  it.each([
    [
      trip,
      [column('airport', 'strings', 'ORD')],
      /join key "destination" is missing: trip@1 needs airport \(string\), destination \(string\)/,
    ],
    [
      plane,
      [column('plane', 'integers', 1), column('tail', 'integers', 1)],
      /join key "tail" is not one of the entities'/,
    ],
    [
      plane,
      [column('plane', 'integers', 1), column('plane', 'integers', 1)],
      /join key "plane" is given twice/,
    ],
    [plane, [column('plane', 'strings', 'N1')], /join key "plane", row 0: the value is "N1", not an int64/],
    [
      gate,
      [column('gate', 'integers', 1, 2 ** 31), column('domestic', 'booleans', true, true)],
      /join key "gate", row 1: .*outside int32/,
    ],
    [
      gate,
      [column('gate', 'integers', 1), column('domestic', 'booleans', true, false)],
      /"gate" has 1 rows and "domestic" has 2/,
    ],
    [
      plane,
      [column('plane', 'none')],
      /join key "plane" has no rows: give one value in integers for each row/,
    ],
    [plane, [column('plane', 'several')], /join key "plane" has several lists: give integers only/],
    [plane, [column('plane', 'integers', 1, 2, 3, 4)], /4 entity rows, and at most 3/],
    [
      trip,
      [column('airport', 'strings', 'ORD'), column('destination', 'strings', 'ü'.repeat(600))],
      /row 0: entity key .* longer than 1024 bytes/,
    ],
  ])('refuses what does not fit (%#)', (plan, columns, message) => {
    expect(() => entityKeysOf(plan, columns as KeyColumn[], 3)).toThrow(message as RegExp);
  });

  it('refuses rows whose values would keep the process from everybody else, and says how many fit', () => {
    const wide = { ...plane, columnCount: 2_000 };
    const keys = (rows: number) => [
      column('plane', 'integers', ...Array.from({ length: rows }, (_, i) => i)) as KeyColumn,
    ];
    expect(entityKeysOf(wide, keys(500), 1_000).rows).toBe(500);
    expect(() => entityKeysOf(wide, keys(501), 1_000)).toThrow(
      /501 entity rows of 2000 features are more than 1000000 values: send at most 500 rows at a time/,
    );
  });
});
