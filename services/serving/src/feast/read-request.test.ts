import { loadFeastContract } from '@forebay/contract';
import type { MessageTypeDefinition } from '@grpc/proto-loader';
import { readFeastRequest } from './read-request';

const message = loadFeastContract().packageDefinition[
  'feast.serving.GetOnlineFeaturesRequest'
] as MessageTypeDefinition<object, object>;
const read = (request: object) => readFeastRequest(message.serialize(request));

describe('readFeastRequest', () => {
  it('reads values of every kind that a key or a field can be given as', () => {
    const val = [
      { string_val: 'a' },
      { int32_val: -1 },
      { int64_val: '9007199254740993' },
      { double_val: 0.1 },
      { float_val: 0.5 },
      { bool_val: false },
      { unix_timestamp_val: -5 },
      { null_val: 'NULL' },
      {},
      { int64_list_val: { val: [1] } },
      { bytes_val: Buffer.from('a') },
    ];
    const request = read({
      feature_service: 'pricing@2',
      entities: { driver_id: { val } },
      request_context: { fare: { val: [{ double_val: 1 }] }, none: {} },
      full_feature_names: true,
      include_feature_view_version_metadata: true,
    });
    expect(request).toEqual({
      selection: { kind: 'service', featureService: 'pricing@2' },
      entities: [
        {
          name: 'driver_id',
          values: [
            { kind: 'string', value: 'a' },
            { kind: 'int32', value: -1 },
            { kind: 'int64', value: 9007199254740993n },
            { kind: 'double', value: 0.1 },
            { kind: 'float', value: 0.5 },
            { kind: 'bool', value: false },
            { kind: 'timestamp', value: -5 },
            { kind: 'null', value: null },
            { kind: 'null', value: null },
            { kind: 'other', value: null },
            { kind: 'other', value: null },
          ],
        },
      ],
      requestContext: [
        { name: 'fare', values: [{ kind: 'double', value: 1 }] },
        { name: 'none', values: [] },
      ],
      fullFeatureNames: true,
      includeViewVersions: true,
    });
  });

  it('reads lists of features, and requests that name none', () => {
    expect(read({ features: { val: ['stats@v2:trips'] } }).selection).toEqual({
      kind: 'features',
      features: [{ view: 'stats', version: 2, feature: 'trips' }],
    });
    expect(read({}).selection).toEqual({ kind: 'none' });
  });

  it('refuses bytes that are no request', () => {
    expect(() => readFeastRequest(Uint8Array.of(0x0a, 200))).toThrow(
      /^reading GetOnlineFeaturesRequest: malformed protobuf/,
    );
    expect(() => read({ features: { val: ['trips'] } })).toThrow(/^feature "trips": a feature is named/);
  });
});
