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
