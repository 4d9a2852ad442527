import { decodeMessage } from '@forebay/contract';
import { encodeRequest, selectionOf } from './features-request';

const decode = (...request: Parameters<typeof encodeRequest>) =>
  decodeMessage('GetOnlineFeaturesRequest', encodeRequest(...request));

describe('encodeRequest', () => {
  it('puts each kind of key into its list', () => {
    const keys = { airport: ['ORD'], plane: [7, -3n], domestic: [true] };
    const message = decode({ project: 'flights', featureService: 'delays', keys }, true);
    expect(message).toMatchObject({ project: 'flights', feature_service: 'delays', include_layout: true });
    expect(message.keys).toMatchObject([
      { join_key: 'airport', strings: ['ORD'] },
      { join_key: 'plane', integers: [7, -3] },
      { join_key: 'domestic', booleans: [true] },
    ]);
  });

  it('asks for the newest version of a view unless one is named', () => {
    const features = [
      { view: 'a', feature: 'x' },
      { view: 'a', version: 2, feature: 'y' },
    ];
    const message = decode({ project: 'flights', features, keys: {} }, false);
    expect(message.features?.features).toEqual([
      { view: 'a', version: 0, feature: 'x' },
      { view: 'a', version: 2, feature: 'y' },
    ]);
  });

  it('puts data of the request into lists by kind: one value for all rows, or one for each', () => {
    const request = {
      amount: [1, 2.5, null],
      big: 9007199254740993n,
      country: 'CH',
      at: new Date(7),
      known: [false, null],
      nothing: null,
      far: 1e300,
    };
    const message = decode({ project: 'p', featureService: 's', keys: {}, request }, false);
    const set = message.request.map(({ name, nulls, ...lists }) => [
      name,
      nulls,
      Object.entries(lists).filter(([, list]) => list.length > 0),
    ]);
    expect(set).toEqual([
      ['amount', [2], [['doubles', [1, 2.5, 0]]]],
      ['big', [], [['integers', [9007199254740992]]]],
      ['country', [], [['strings', ['CH']]]],
      ['at', [], [['integers', [7]]]],
      ['known', [1], [['booleans', [false, false]]]],
      ['nothing', [0], [['integers', [0]]]],
      ['far', [], [['doubles', [1e300]]]],
    ]);
  });

  it.each([
    [[1, 'a'], 'request field "f": the values are integers and strings'],
    [[{}], 'request field "f", row 0: [object Object] is not a string, a number, a boolean, a date or null'],
    [2n ** 63n, 'request field "f", row 0: 9223372036854775808 is not'],
  ])('refuses %p as data of the request', (values, message) => {
    const request = {
      project: 'p',
      featureService: 's',
      keys: {},
      request: { f: values as unknown as string },
    };
    expect(() => encodeRequest(request, false)).toThrow(message);
  });

  it.each([
    [[null], /join key "k", row 0: null is not a string, an integer or a boolean/],
    [[1, 1.5], /row 1: 1.5 is not/],
    [[1, 2 ** 53], /row 1: 9007199254740992 is not/],
    [[1n, 2n ** 63n], /row 1: 9223372036854775808 is not/],
    [['a', 1], /row 1: the values are strings and integers/],
  ])('refuses %p', (values, message) => {
    const request = { project: 'p', featureService: 's', keys: { k: values as string[] } };
    expect(() => encodeRequest(request, false)).toThrow(message);
  });
});

describe('selectionOf', () => {
  it('does not depend on the keys', () => {
    const request = { project: 'p', featureService: 's' };
    expect(selectionOf({ ...request, keys: { k: [1] } })).toBe(selectionOf({ ...request, keys: { k: [2] } }));
    expect(selectionOf({ ...request, keys: {} })).not.toBe(
      selectionOf({ project: 'p', features: [], keys: {} }),
    );
  });
});
