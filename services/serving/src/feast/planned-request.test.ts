import { flightsRegistry } from '../../../../test/integration/serving-project';
import { shopRegistry } from '../../../../test/integration/serving-shop';
import { AppliedRegistry } from '../registry/applied-registry';
import { plannedFeastRequest } from './planned-request';
import { type FeastRequest, type GivenColumn, type GivenValue, NULL, OTHER } from './request';

const flights = new AppliedRegistry(flightsRegistry());
const plane = flights.servicePlan('flights', 'plane');
const gate = flights.servicePlan('flights', 'gate');
const trip = flights.servicePlan('flights', 'trip');
const risk = new AppliedRegistry(shopRegistry()).servicePlan('shop', 'risk');

const int32 = (value: number): GivenValue => ({ kind: 'int32', value });
const int64 = (value: number | bigint): GivenValue => ({ kind: 'int64', value });
const text = (value: string): GivenValue => ({ kind: 'string', value });
const bool = (value: boolean): GivenValue => ({ kind: 'bool', value });
const double = (value: number): GivenValue => ({ kind: 'double', value });
const time = (value: number): GivenValue => ({ kind: 'timestamp', value });
const column = (name: string, ...values: GivenValue[]): GivenColumn => ({ name, values });

const plan = (of: typeof plane, entities: GivenColumn[], requestContext: GivenColumn[] = []) =>
  plannedFeastRequest(of, { entities, requestContext } as unknown as FeastRequest);

describe('plannedFeastRequest', () => {
  it('takes integers of either width where they fit, and echoes keys in the order in which they were given', () => {
    expect(plan(plane, [column('plane', int32(7), int64(2n ** 60n))]).native.keys).toEqual([
      { joinKey: 'plane', kind: 'integers', values: [7, 2n ** 60n] },
    ]);
    const domestic = column('domestic', bool(true));
    const number = column('gate', int64(-3));
    const { native, echoed } = plan(gate, [domestic, number]);
    expect(native.keys.map(({ kind, values }) => [kind, values])).toEqual([
      ['booleans', [true]],
      ['integers', [-3]],
    ]);
    expect(echoed).toEqual([domestic, number]);
  });

  it.each<[typeof plane, GivenColumn, RegExp]>([
    [
      plane,
      column('plane', int64(1), text('N1')),
      /join key "plane", row 1: the value is "N1", not an int64/,
    ],
    [plane, column('plane', NULL), /join key "plane", row 0: the value is null/],
    [plane, column('plane', double(1.5)), /row 0: the value is given as double \(1.5\), not as an int64/],
    [plane, column('plane', time(5)), /row 0: the value is given as timestamp \(5\), not as an int64/],
    [plane, column('plane', int64(2n ** 63n)), /outside int64/],
    [gate, column('gate', int64(2 ** 31)), /outside int32/],
    [gate, column('domestic', int64(1)), /given as int64 \(1\), not as a bool/],
    [trip, column('airport', OTHER), /given as a list, map or other value, not as a string/],
    [trip, column('airport', text('\ud800')), /not well-formed/],
  ])('refuses a key that is not of its type (%#)', (of, given, message) => {
    expect(() => plan(of, [given])).toThrow(message);
  });

  it('takes fields of the request from the entities and from the request context', () => {
    const keys = [column('customer', int64(1)), column('shop', text('Bern'))];
    const fields = [
      column('amount', int32(3)),
      column('units', int64(2n ** 60n)),
      column('at', time(5)),
      column('note', NULL),
    ];
    const expected = [
      { name: 'amount', kind: 'doubles', values: [3], nulls: [] },
      { name: 'units', kind: 'integers', values: [2n ** 60n], nulls: [] },
      { name: 'at', kind: 'integers', values: [5_000], nulls: [] },
      { name: 'note', kind: 'strings', values: [''], nulls: [0] },
    ];
    const together = plan(risk, [...keys, ...fields]);
    const apart = plan(risk, keys, fields);
    expect(together.native.data).toEqual(expected);
    expect(apart).toEqual(together);
    expect(apart.echoed).toEqual(keys);
  });

  it('takes a column that stands in both, if it is the same', () => {
    const keys = [column('customer', int64(1)), column('shop', text('Bern'))];
    const both = plan(risk, keys, [column('shop', text('Bern'))]);
    expect(both.native.keys).toHaveLength(2);
    expect(() => plan(risk, keys, [column('shop', text('Chur'))])).toThrow(
      /"shop" stands in the entities and in the request context, with other values/,
    );
  });

  it.each<[GivenValue, number | undefined]>([
    [time(-5), -5_000],
    [int64(7), 7_000],
    [double(1.25), 1_250],
    [text('2026-05-04T12:30:00.250Z'), Date.UTC(2026, 4, 4, 12, 30, 0, 250)],
    [text('2026-05-04T12:30:00+02:00'), Date.UTC(2026, 4, 4, 10, 30)],
    [text('2026-05-04T12:30:00'), undefined],
    [text('tomorrow'), undefined],
    [bool(true), undefined],
    [int64(2n ** 60n), undefined],
    [OTHER, undefined],
  ])('reads an instant in seconds, or with its zone (%#)', (given, ms) => {
    const read = () => plan(risk, [], [column('at', given)]).native.data[0]?.values;
    if (ms === undefined)
      expect(read).toThrow(
        /request field "at", row 0: the value is .*, not a timestamp; on-demand view "risk@1" needs it/,
      );
    else expect(read()).toEqual([ms]);
  });

  it('passes on what it does not know, for the native checks to refuse by name', () => {
    const { native } = plan(plane, [column('colour', text('red'))], [column('mood', text('good'))]);
    expect(native.keys).toEqual([{ joinKey: 'colour', kind: 'none', values: [] }]);
    expect(native.data).toEqual([{ name: 'mood', kind: 'none', values: [], nulls: [] }]);
  });
});
