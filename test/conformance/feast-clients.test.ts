/** Feast's Python SDK and a client generated from Feast's protos, unchanged, against this server. */
import { DAY_MS, SECOND_MS } from '@forebay/contract';
import { IS_NEWEST_RELEASE, type SdkOutcome, useFeastClient } from './feast-client';
import { BIG, DRIVER, OLD_DRIVER, OLD_MS, PROFILE_MS, T, UNKNOWN_DRIVER, useRides } from './rides-service';

const rides = useRides();
const feast = useFeastClient();

const EPOCH = '1970-01-01T00:00:00Z';
const instant = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
const seconds = (ms: number) => Math.floor(ms / SECOND_MS);

const ofNewestRelease = IS_NEWEST_RELEASE ? describe : describe.skip;

ofNewestRelease('the Python SDK, with an online store of type remote', () => {
  const ask = (call: Readonly<Record<string, unknown>>) =>
    feast.sdk({ url: rides.service.feastUrl, ...call });
  const answer = async (call: Readonly<Record<string, unknown>>) => {
    const outcome = await ask(call);
    if ('raised' in outcome) throw new Error(`${outcome.raised}: ${outcome.message}`);
    return outcome;
  };
  const raised = async (call: Readonly<Record<string, unknown>>) => {
    const outcome: SdkOutcome = await ask(call);
    return 'raised' in outcome ? `${outcome.raised}: ${outcome.message}` : 'nothing was raised';
  };

  test('reads a list of features for rows of entities, found or not', async () => {
    const { values, statuses } = await answer({
      features: ['driver_stats@v1:trips', 'driver_stats@v1:mean_fare', 'profile:home'],
      entities: [{ driver_id: DRIVER }, { driver_id: UNKNOWN_DRIVER }, { driver_id: OLD_DRIVER }],
    });
    expect(values).toEqual({
      driver_id: [DRIVER, UNKNOWN_DRIVER, OLD_DRIVER],
      trips: [3, 0, 0],
      mean_fare: [9.200000000000001, null, null],
      home: ['Chur', null, null],
    });
    expect(statuses).toEqual({
      driver_id: ['PRESENT', 'PRESENT', 'PRESENT'],
      trips: ['PRESENT', 'NOT_FOUND', 'NOT_FOUND'],
      mean_fare: ['PRESENT', 'NOT_FOUND', 'NOT_FOUND'],
      home: ['PRESENT', 'NOT_FOUND', 'OUTSIDE_MAX_AGE'],
    });
  });

  test('reads the newest version of a view, or the one that is named', async () => {
    const { values, views } = await answer({
      features: ['driver_stats:trips', 'driver_stats@v1:trips'],
      entities: { driver_id: [DRIVER] },
      options: { full_feature_names: true, include_feature_view_version_metadata: true },
    });
    expect(values).toEqual({
      driver_id: [DRIVER],
      driver_stats__trips: [2],
      'driver_stats@v1__trips': [3],
    });
    expect(views).toEqual([
      { name: 'driver_stats', version: 2 },
      { name: 'driver_stats', version: 1 },
    ]);
  });

  test('reads a feature service over composite keys', async () => {
    const entities = { driver_id: [DRIVER, DRIVER], city: ['Zürich', 'Bern'] };
    const { values } = await answer({ service: 'pricing', entities });
    expect(values).toEqual({
      driver_id: [DRIVER, DRIVER],
      city: ['Zürich', 'Bern'],
      trips: [3, 3],
      fares: [27.6, 27.6],
      beat_fares: [27.5, 0],
    });
    const full = await answer({ service: 'pricing', entities, options: { full_feature_names: true } });
    expect(Object.keys(full.values)).toEqual([
      'driver_id',
      'city',
      'driver_stats__trips',
      'driver_stats__fares',
      'beat_stats__beat_fares',
    ]);
  });

  test('reads values of every type, which the SDK types by how they are written', async () => {
    const { values, kinds } = await answer({ service: 'every_type', entities: { driver_id: [DRIVER] } });
    const first = Object.fromEntries(Object.entries(values).map(([name, [value]]) => [name, value]));
    expect(first).toMatchObject({
      trips: 3,
      fares: 27.6,
      rating: 5,
      receipt: Number(BIG),
      last_city: 'Zürich',
      last_tipped: true,
      last_ended: seconds(T - 60_000),
      last_fares: [7.5, 20, 0.1],
      last_cities: ['Zürich', 'Zürich', 'Bern'],
      last_tips: [true, false, true],
      trips_by_city: { Bern: 1, Zürich: 2 },
      fares_by_bay: { 3: 27.5, 4: 0.1 },
      languages: ['de', 'rm'],
      face: [0.5, -1, Math.fround(0.1)],
    });
    const kind = Object.fromEntries(Object.entries(kinds).map(([name, [of]]) => [name, of]));
    expect(kind).toMatchObject({
      trips: 'int64_val',
      fares: 'double_val',
      rating: 'double_val',
      last_city: 'string_val',
      last_tipped: 'bool_val',
      last_fares: 'double_list_val',
      last_receipts: 'int64_list_val',
      last_tips: 'bool_list_val',
      trips_by_city: 'map_val',
      face: 'double_list_val',
    });
  });

  test('sends data of the request among the entities', async () => {
    const { values } = await answer({
      features: ['surge:is_cheap', 'surge:per_head', 'surge:remark'],
      entities: { driver_id: [DRIVER], fare: [18.4], passengers: [4], asked_at: [seconds(T)], note: ['ja'] },
    });
    expect(values).toEqual({ driver_id: [DRIVER], is_cheap: [false], per_head: [4.6], remark: ['ja!'] });
  });

  test('raises the error that Feast has for it', async () => {
    const entities = { driver_id: [DRIVER] };
    expect(await raised({ features: ['nobody:trips'], entities })).toMatch(
      /^FeatureViewNotFoundException: no view "nobody" in project "rides"/,
    );
    expect(await raised({ features: ['driver_stats:trip'], entities })).toMatch(
      /^FeastObjectNotFoundException: no feature "trip" .* did you mean "trips"\?/,
    );
    expect(await raised({ features: ['driver_stats@v9:trips'], entities })).toMatch(
      /^FeatureViewNotFoundException: no view "driver_stats@9"/,
    );
    expect(await raised({ service: 'elsewhere', entities })).toMatch(
      /^FeatureServiceNotFoundException: no feature service "elsewhere"/,
    );
    expect(await raised({ features: ['driver_stats:trips'], entities: { driver_id: ['x'] } })).toBe(
      'FeastError: join key "driver_id", row 0: the value is "x", not an int64',
    );
    expect(await raised({ features: ['driver_stats:trips'], entities: { drivers: [1] } })).toMatch(
      /^FeastError: join key "driver_id" is missing/,
    );
    expect(await raised({ features: ['beat_stats:trips'], entities })).toMatch(
      /^FeastError: join key "city" is missing/,
    );
    expect(await raised({ features: ['driver_stats:trips', 'beat_stats:trips'], entities })).toMatch(
      /^FeatureNameCollisionError: two columns of the answer are named "trips": set full_feature_names/,
    );
  });
});

ofNewestRelease('a client generated from Feast’s protos', () => {
  const ask = (request: object, metadata?: Readonly<Record<string, string>>) =>
    feast.grpc(rides.service.address, 'GetOnlineFeatures', request, metadata);
  const drivers = (...val: readonly object[]) => ({ driver_id: { val } });

  test('learns who serves', async () => {
    expect(await feast.grpc(rides.service.address, 'GetFeastServingInfo', {})).toEqual({
      version: expect.stringMatching(/^forebay/),
    });
  });

  test('gets columns over all rows, with a status and an event time for every cell', async () => {
    const answer = await ask({
      features: { val: ['driver_stats@v1:receipt', 'habits:habit_trips', 'profile:since', 'profile:face'] },
      entities: drivers(
        { int64_val: DRIVER },
        { int32_val: UNKNOWN_DRIVER },
        { int64_val: OLD_DRIVER },
        { int64_val: '1003' },
      ),
      include_feature_view_version_metadata: true,
    });
    const since = String(seconds(Date.UTC(2020, 0, 1)));
    expect(answer).toMatchObject({
      names: ['driver_id', 'receipt', 'habit_trips', 'since', 'face'],
      results: [
        {
          values: [
            { int64_val: String(DRIVER) },
            { int64_val: String(UNKNOWN_DRIVER) },
            { int64_val: String(OLD_DRIVER) },
            { int64_val: '1003' },
          ],
          statuses: ['PRESENT', 'PRESENT', 'PRESENT', 'PRESENT'],
          event_timestamps: [EPOCH, EPOCH, EPOCH, EPOCH],
        },
        {
          values: [{ int64_val: String(BIG) }, {}, {}, {}],
          statuses: ['PRESENT', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
          event_timestamps: [instant(T), EPOCH, EPOCH, EPOCH],
        },
        {
          values: [{ int64_val: '2' }, { int64_val: '0' }, { int64_val: '0' }, { int64_val: '0' }],
          // the tick that the values speak of
          event_timestamps: [instant(T - 600_000), EPOCH, EPOCH, EPOCH],
        },
        {
          values: [{ unix_timestamp_val: since }, {}, {}, {}],
          statuses: ['PRESENT', 'NOT_FOUND', 'OUTSIDE_MAX_AGE', 'NULL_VALUE'],
          event_timestamps: [instant(PROFILE_MS), EPOCH, instant(OLD_MS), instant(PROFILE_MS)],
        },
        { values: [{ float_list_val: { val: [0.5, -1, 0.1] } }, {}, {}, {}] },
      ],
      views: [
        { name: 'driver_stats', version: 1 },
        { name: 'habits', version: 1 },
        { name: 'profile', version: 1 },
      ],
    });
    expect(OLD_MS).toBeLessThan(T - DAY_MS);
  });

  test('gets every type as the field of Value that it is', async () => {
    const { names, kinds } = (await ask({
      feature_service: 'every_type@1',
      entities: drivers({ int64_val: DRIVER }),
    })) as { names: string[]; kinds: (string | null)[][] };
    expect(Object.fromEntries(names.map((name, i) => [name, kinds[i]?.[0]]))).toEqual({
      driver_id: 'int64_val',
      trips: 'int64_val',
      trips_30d: 'int64_val',
      fares: 'double_val',
      mean_fare: 'double_val',
      most_passengers: 'int32_val',
      receipt: 'int64_val',
      last_city: 'string_val',
      last_tipped: 'bool_val',
      last_ended: 'unix_timestamp_val',
      last_fares: 'double_list_val',
      last_cities: 'string_list_val',
      last_receipts: 'int64_list_val',
      last_tips: 'bool_list_val',
      last_ends: 'unix_timestamp_list_val',
      trips_by_city: 'map_val',
      fares_by_bay: 'map_val',
      rating: 'double_val',
      grade: 'int32_val',
      licence: 'int64_val',
      home: 'string_val',
      trained: 'bool_val',
      since: 'unix_timestamp_val',
      languages: 'string_list_val',
      face: 'float_list_val',
    });
  });

  test('gives what on-demand views need as request context, and composite keys of other integer types', async () => {
    const surging = await ask({
      feature_service: 'surging',
      entities: drivers({ int64_val: DRIVER }),
      request_context: {
        fare: { val: [{ float_val: 18.5 }] },
        passengers: { val: [{ int64_val: '2' }] },
        asked_at: { val: [{ unix_timestamp_val: '5' }] },
        note: { val: [{}] },
      },
    });
    expect(surging).toMatchObject({
      names: ['driver_id', 'ratio', 'per_head', 'remark', 'is_cheap', 'trips'],
      results: [
        {},
        {},
        { values: [{ double_val: 9.25 }] },
        { values: [{}], statuses: ['NULL_VALUE'] },
        {},
        {},
      ],
    });
    const bays = await ask({
      features: { val: ['bay_stats:bay_trips'] },
      entities: { covered: { val: [{ bool_val: true }] }, bay: { val: [{ int64_val: '3' }] } },
      full_feature_names: true,
    });
    expect(bays).toMatchObject({
      names: expect.arrayContaining(['covered', 'bay', 'bay_stats__bay_trips']),
      results: expect.arrayContaining([expect.objectContaining({ values: [{ int64_val: '2' }] })]),
    });
  });

  test('needs no entities where the features need none', async () => {
    const request_context = { price: { val: [{ double_val: 1.5 }] }, pieces: { val: [{ int32_val: 4 }] } };
    expect(await ask({ feature_service: 'quoting', request_context })).toMatchObject({
      names: ['total'],
      results: [{ values: [{ double_val: 6 }], statuses: ['PRESENT'], event_timestamps: [instant(T)] }],
    });
  });

  test('names the project as metadata', async () => {
    const request = { feature_service: 'pricing@1', entities: drivers({ int64_val: DRIVER }) };
    expect(await ask(request, { 'forebay-project': 'rides' })).toMatchObject({
      names: ['driver_id', 'trips'],
    });
    expect(await ask(request, { 'forebay-project': 'walks' })).toEqual({
      code: 'NOT_FOUND',
      details: expect.stringMatching(/^no project "walks" in the registry/),
    });
  });

  test.each<[string, object, string, RegExp]>([
    ['a view', { features: { val: ['x:y'] } }, 'NOT_FOUND', /^no view "x"/],
    ['a feature', { features: { val: ['profile:y'] } }, 'NOT_FOUND', /^no feature "y"/],
    ['a feature service', { feature_service: 'x' }, 'NOT_FOUND', /^no feature service "x"/],
    ['a version', { feature_service: 'pricing@9' }, 'NOT_FOUND', /^no feature service "pricing@9"/],
    ['nothing', {}, 'INVALID_ARGUMENT', /names neither a feature service nor a list of features/],
    ['no features', { features: {} }, 'INVALID_ARGUMENT', /list of features is empty/],
    [
      'no feature',
      { features: { val: ['trips'] } },
      'INVALID_ARGUMENT',
      /feature "trips": a feature is named as/,
    ],
  ])('is told precisely that %s is not there', async (_, selection, code, details) => {
    const answer = await ask({ ...selection, entities: drivers({ int64_val: 1 }) });
    expect(answer).toEqual({ code, details: expect.stringMatching(details) });
  });

  test.each<[string, object, RegExp]>([
    ['missing', {}, /join key "driver_id" is missing: features needs driver_id \(int64\)/],
    [
      'unknown',
      { ...drivers({ int64_val: 1 }), mood: { val: [{ int64_val: 1 }] } },
      /join key "mood" is not one of/,
    ],
    ['null', drivers({}), /join key "driver_id", row 0: the value is null/],
    [
      'of another type',
      drivers({ int64_val: 1 }, { string_val: '1' }),
      /row 1: the value is "1", not an int64/,
    ],
    [
      'a list',
      drivers({ int64_list_val: { val: [1] } }),
      /row 0: the value is given as a list, map or other value/,
    ],
    ['empty', { driver_id: {} }, /join key "driver_id" has no rows/],
  ])('is told precisely what is wrong with a key that is %s', async (_, entities, details) => {
    const answer = await ask({ features: { val: ['driver_stats:trips'] }, entities });
    expect(answer).toEqual({ code: 'INVALID_ARGUMENT', details: expect.stringMatching(details) });
  });
});
