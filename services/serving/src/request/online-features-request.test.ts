import { encodeMessage, type MessageInput } from '@forebay/contract';
import { readOnlineFeaturesRequest } from './online-features-request';

const read = (request: MessageInput<'GetOnlineFeaturesRequest'>) =>
  readOnlineFeaturesRequest(encodeMessage('GetOnlineFeaturesRequest', request));

describe('readOnlineFeaturesRequest', () => {
  it('reads a request for a feature service, int64 keys exactly', () => {
    const request = read({
      project: 'flights',
      feature_service: 'delays@2',
      keys: [
        { join_key: 'airport', strings: ['ORD', ''] },
        { join_key: 'plane', integers: ['9007199254740993', -5] },
        { join_key: 'domestic', booleans: [true, false] },
      ],
      include_layout: true,
      request_id: 'r1',
      variant: 'canary',
    });
    expect(request).toEqual({
      project: 'flights',
      selection: { kind: 'service', featureService: 'delays@2' },
      keys: [
        { joinKey: 'airport', kind: 'strings', values: ['ORD', ''] },
        { joinKey: 'plane', kind: 'integers', values: [9007199254740993n, -5] },
        { joinKey: 'domestic', kind: 'booleans', values: [true, false] },
      ],
      includeLayout: true,
      includeViewTimes: false,
      data: [],
      requestId: 'r1',
      variant: 'canary',
    });
  });

  it('refuses a request id of more than 128 bytes, whatever its characters', () => {
    expect(read({ request_id: 'x'.repeat(128) }).requestId).toHaveLength(128);
    for (const id of ['x'.repeat(129), 'ä'.repeat(65)])
      expect(() => read({ request_id: id })).toThrow(/request_id is longer than 128 bytes/);
  });

  it('reads data of the request', () => {
    const { data } = read({
      request: [
        { name: 'amount', doubles: [0.5, 1e300] },
        { name: 'country', strings: ['CH', ''], nulls: [1] },
        { name: 'id', integers: ['9007199254740993'] },
        { name: 'both', integers: [1], booleans: [true] },
        { name: 'none' },
      ],
    });
    expect(data).toEqual([
      { name: 'amount', kind: 'doubles', values: [0.5, 1e300], nulls: [] },
      { name: 'country', kind: 'strings', values: ['CH', ''], nulls: [1] },
      { name: 'id', kind: 'integers', values: [9007199254740993n], nulls: [] },
      { name: 'both', kind: 'several', values: [], nulls: [] },
      { name: 'none', kind: 'none', values: [], nulls: [] },
    ]);
  });

  it('reads a list of features', () => {
    const features = [
      { view: 'departures', version: 0, feature: 'flights_1h' },
      { view: 'routes', version: 3, feature: 'route_delay_1d' },
    ];
    expect(read({ features: { features } }).selection).toEqual({ kind: 'features', features });
  });

  it('tells a column without values and one with two kinds of values apart', () => {
    const { keys, selection } = read({
      keys: [{ join_key: 'a' }, { join_key: 'b', strings: ['x'], integers: [1] }],
    });
    expect(selection).toEqual({ kind: 'none' });
    expect(keys.map(({ kind }) => kind)).toEqual(['none', 'several']);
  });

  it('refuses bytes that are no request', () => {
    expect(() => readOnlineFeaturesRequest(Uint8Array.of(0x0a, 200))).toThrow(
      /reading GetOnlineFeaturesRequest: malformed protobuf/,
    );
  });

  it('refuses more columns and features than a request may have, before they take memory', () => {
    const many = (tag: number, bytes: number[]) =>
      Buffer.from(new Array(20_000).fill([tag, ...bytes]).flat());
    expect(() => readOnlineFeaturesRequest(many(0x22, [0]))).toThrow(/more than 1000 join keys/);
    expect(() => readOnlineFeaturesRequest(many(0x32, [0]))).toThrow(/more than 1000 fields of the request/);
    const list = many(0x0a, [0]);
    const features = Buffer.concat([Buffer.from([0x1a, 0xc0, 0xb8, 0x02]), list]);
    expect(() => readOnlineFeaturesRequest(features)).toThrow(/more than 10000 features/);
  });
});
