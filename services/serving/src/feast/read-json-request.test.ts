import { readJsonRequest } from './read-json-request';

const read = (text: string) => readJsonRequest(text);

describe('readJsonRequest', () => {
  it('reads what the SDK of Feast sends', () => {
    const body = {
      entities: { driver_id: [1, 2], city: ['Bern', null] },
      full_feature_names: true,
      include_feature_view_version_metadata: false,
      features: ['stats:trips', 'stats@v2:fares'],
    };
    expect(read(JSON.stringify(body))).toEqual({
      selection: {
        kind: 'features',
        features: [
          { view: 'stats', version: 0, feature: 'trips' },
          { view: 'stats', version: 2, feature: 'fares' },
        ],
      },
      entities: [
        {
          name: 'driver_id',
          values: [
            { kind: 'int64', value: 1 },
            { kind: 'int64', value: 2 },
          ],
        },
        {
          name: 'city',
          values: [
            { kind: 'string', value: 'Bern' },
            { kind: 'null', value: null },
          ],
        },
      ],
      requestContext: [],
      fullFeatureNames: true,
      includeViewVersions: false,
    });
  });

  it('keeps every digit of an integer, and takes integral numbers for integers', () => {
    const numbers =
      '[9007199254740993, -9223372036854775808, 5.0, 1e3, 0.5, -0, 123456789012345678901234567890, 1e400]';
    expect(read(`{"feature_service": "s", "entities": {"a": ${numbers}}}`)).toMatchObject({
      selection: { kind: 'service', featureService: 's' },
      entities: [
        {
          values: [
            { kind: 'int64', value: 9007199254740993n },
            { kind: 'int64', value: -9223372036854775808n },
            { kind: 'int64', value: 5 },
            { kind: 'int64', value: 1000 },
            { kind: 'double', value: 0.5 },
            { kind: 'int64', value: 0 },
            { kind: 'other', value: null },
            { kind: 'double', value: Number.POSITIVE_INFINITY },
          ],
        },
      ],
    });
  });

  it('takes nulls where Feast does, and passes over fields that it does not know', () => {
    const body =
      '{"feature_service": null, "entities": {"a": [[1], {"b": 1}]}, "request_context": null, "full_feature_names": null, "color": 1}';
    expect(read(body)).toMatchObject({
      selection: { kind: 'none' },
      entities: [{ name: 'a', values: [{ kind: 'other' }, { kind: 'other' }] }],
      fullFeatureNames: false,
    });
  });

  it.each([
    ['', 'json_invalid', ['body']],
    ['{"entities": {}', 'json_invalid', ['body']],
    ['{"entities": {"a": [1, 2], "a": [3]}}', 'json_invalid', ['body']],
    [`{"entities": ${'['.repeat(100_000)}`, 'json_invalid', ['body']],
    ['[]', 'model_attributes_type', ['body']],
    ['7', 'model_attributes_type', ['body']],
    ['{}', 'missing', ['body', 'entities']],
    ['{"entities": null}', 'dict_type', ['body', 'entities']],
    ['{"entities": [{"a": 1}]}', 'dict_type', ['body', 'entities']],
    ['{"entities": {"a": 1}}', 'list_type', ['body', 'entities', 'a']],
    ['{"entities": {}, "features": "a:b"}', 'list_type', ['body', 'features']],
    ['{"entities": {}, "features": null}', 'list_type', ['body', 'features']],
    ['{"entities": {}, "features": ["a:b", 1]}', 'string_type', ['body', 'features', 1]],
    ['{"entities": {}, "feature_service": 1}', 'string_type', ['body', 'feature_service']],
    ['{"entities": {}, "full_feature_names": "yes"}', 'bool_type', ['body', 'full_feature_names']],
    [
      '{"entities": {}, "__proto__": {"features": ["a:b"]}, "toString": 1, "feature_service": true}',
      'string_type',
      ['body', 'feature_service'],
    ],
  ])('says what is wrong with a body of another form (%#)', (body, type, loc) => {
    expect(read(body)).toEqual([{ type, loc, msg: expect.any(String) }]);
  });

  it('refuses a feature that is not named as one', () => {
    expect(() => read('{"entities": {}, "features": ["trips"]}')).toThrow(
      /feature "trips": a feature is named/,
    );
  });
});
