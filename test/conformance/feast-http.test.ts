/** What of the HTTP surface no client of Feast shows: exact bodies, mistakes, limits, health, several projects, DEGRADED. */
import { request as httpRequest } from 'node:http';
import { HOUR_MS } from '@forebay/contract';
import type { RunningService } from '../integration/serving-fixture';
import { BIG, DRIVER, startRides, T, useRides } from './rides-service';

const rides = useRides();

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function post(
  body: object | string,
  { path = '/get-online-features', headers = {}, url = rides.service.feastUrl } = {},
): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url + path, { method: 'POST', body: text, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** As Feast's Python client reads an error. */
function feastError({ text }: Reply): { class: string; message: string } {
  const error = JSON.parse(JSON.parse(text)) as { module: string; class: string; message: string };
  expect(error.module).toBe('feast.errors');
  return error;
}

test('answers in the very form of Feast’s Python server, integers with all their digits', async () => {
  const { status, headers, text } = await post(
    `{"features": ["driver_stats@v1:receipt", "driver_stats@v1:fares"], "entities": {"driver_id": [${DRIVER}, ${BIG}]}}`,
  );
  expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
  expect(text).toBe(
    `{"results":[{"values":[${DRIVER},${BIG}],"statuses":["PRESENT","PRESENT"],` +
      '"event_timestamps":["1970-01-01T00:00:00Z","1970-01-01T00:00:00Z"]},' +
      `{"values":[${BIG},null],"statuses":["PRESENT","NOT_FOUND"],` +
      '"event_timestamps":["2026-05-04T12:30:00Z","1970-01-01T00:00:00Z"]},' +
      '{"values":[27.6,0.0],"statuses":["PRESENT","NOT_FOUND"],' +
      '"event_timestamps":["2026-05-04T12:30:00Z","1970-01-01T00:00:00Z"]}],' +
      '"metadata":{"feature_names":["driver_id","receipt","fares"]}}',
  );
});

test('takes request_context as Feast’s Go server does', async () => {
  const { text } = await post({
    feature_service: 'quoting',
    entities: {},
    request_context: { price: [2], pieces: [3] },
  });
  expect(JSON.parse(text).results[0].values).toEqual([6]);
});

test('takes the name of an entity for its only join key, as Feast does still', async () => {
  const { text } = await post({ features: ['driver_stats:trips'], entities: { driver: [DRIVER] } });
  expect(JSON.parse(text)).toMatchObject({
    results: [{ values: [DRIVER] }, { values: [2] }],
    metadata: { feature_names: ['driver_id', 'trips'] },
  });
  const { status } = await post({ features: ['beat_stats:trips'], entities: { beat: [DRIVER] } });
  expect(status).toBe(400);
});

describe('the project', () => {
  const body = { features: ['driver_stats:trips'], entities: { driver_id: [DRIVER] } };

  test.each([
    ['/rides/get-online-features', {}, 200],
    ['/get-online-features', { 'forebay-project': 'rides' }, 200],
    ['/walks/get-online-features', { 'forebay-project': 'rides' }, 404],
    ['/get-online-features', { 'forebay-project': 'walks' }, 404],
  ])('is what the path begins with, or a header says: %s %j', async (path, headers, status) => {
    expect((await post(body, { path, headers })).status).toBe(status);
  });
});

describe('a mistake', () => {
  const entities = { driver_id: [DRIVER] };
  const features = ['driver_stats:trips'];

  test.each<[string, object, number, string, RegExp]>([
    [
      'an unknown service',
      { feature_service: 'x', entities },
      404,
      'FeatureServiceNotFoundException',
      /no feature service "x"/,
    ],
    ['an unknown view', { features: ['x:y'], entities }, 404, 'FeatureViewNotFoundException', /no view "x"/],
    [
      'an unknown feature',
      { features: ['profile:y'], entities },
      404,
      'FeastObjectNotFoundException',
      /no feature "y"/,
    ],
    ['no features', { entities }, 400, 'FeastError', /names neither a feature service nor a list/],
    ['an empty list', { features: [], entities }, 400, 'FeastError', /list of features is empty/],
    [
      'what is no feature',
      { features: ['trips'], entities },
      400,
      'FeastError',
      /feature "trips": a feature is named/,
    ],
    [
      'a null key',
      { features, entities: { driver_id: [null] } },
      400,
      'FeastError',
      /row 0: the value is null/,
    ],
    [
      'a key of another type',
      { features, entities: { driver_id: [1, '1'] } },
      400,
      'FeastError',
      /row 1: the value is "1"/,
    ],
    [
      'a fraction',
      { features, entities: { driver_id: [1.5] } },
      400,
      'FeastError',
      /given as double \(1.5\), not as an int64/,
    ],
    ['a missing key', { features, entities: {} }, 400, 'FeastError', /join key "driver_id" is missing/],
    [
      'an unknown key',
      { features, entities: { ...entities, mood: [1] } },
      400,
      'FeastError',
      /join key "mood" is not one/,
    ],
    ['no rows', { features, entities: { driver_id: [] } }, 400, 'FeastError', /has no rows/],
    [
      'rows that differ',
      { features: ['beat_stats:trips'], entities: { ...entities, city: ['a', 'b'] } },
      400,
      'FeastError',
      /join keys differ in length/,
    ],
    [
      'too many rows',
      { features, entities: { driver_id: new Array(1_001).fill(1) } },
      400,
      'FeastError',
      /1001 entity rows, and at most 1000/,
    ],
    [
      'missing data',
      { features: ['quote:total'], entities: { price: [1] } },
      400,
      'FeastError',
      /request field "pieces" \(int32\) is missing/,
    ],
    [
      'data of another type',
      { features: ['quote:total'], entities: { price: [1], pieces: [1.5] } },
      400,
      'FeastError',
      /request field "pieces", row 0: the value is double 1.5/,
    ],
    [
      'a feature twice',
      { features: [...features, ...features], entities },
      400,
      'FeatureNameCollisionError',
      /two columns of the answer are named "trips"/,
    ],
    [
      'a service whose names collide',
      { feature_service: 'both_versions', entities },
      400,
      'FeatureNameCollisionError',
      /set full_feature_names/,
    ],
  ])('is told precisely, and is never a 500: %s', async (_, body, status, feastClass, message) => {
    const reply = await post(body);
    expect(reply.status).toBe(status);
    expect(feastError(reply)).toMatchObject({ class: feastClass, message: expect.stringMatching(message) });
  });

  test('in names that collide is mended by full names', async () => {
    const reply = await post({ feature_service: 'both_versions', entities, full_feature_names: true });
    expect(JSON.parse(reply.text).metadata.feature_names).toEqual([
      'driver_id',
      'driver_stats@v1__trips',
      'driver_stats@v2__trips',
      'driver_stats@v2__least_fare',
    ]);
  });

  test.each([
    ['', 'json_invalid'],
    ['{"entities": {"driver_id": [1}', 'json_invalid'],
    ['{"features": ["driver_stats:trips"]}', 'missing'],
    ['[]', 'model_attributes_type'],
    ['{"features": "driver_stats:trips", "entities": {}}', 'list_type'],
  ])('in the form of the body is told as FastAPI tells it: %s', async (body, type) => {
    const { status, text } = await post(body);
    expect(status).toBe(422);
    expect(JSON.parse(text)).toEqual({ detail: [{ type, loc: expect.any(Array), msg: expect.any(String) }] });
  });

  test('in the bytes of the body is told, and so is a body that is too large', async () => {
    const response = await fetch(`${rides.service.feastUrl}/get-online-features`, {
      method: 'POST',
      body: Uint8Array.of(0x22, 0xff, 0x22),
    });
    expect(response.status).toBe(422);
    const large = await post(`{"entities": {"driver_id": [${'1,'.repeat(3_000_000)}1]}}`);
    expect(large.status).toBe(413);
    expect(feastError(large).message).toMatch(/larger than 4194304 bytes/);
  });

  test('in the path or the method is told', async () => {
    const { feastUrl } = rides.service;
    expect(feastError(await post({}, { path: '/push' })).message).toMatch(/no \/push: there are POST/);
    expect((await fetch(`${feastUrl}/get-online-features`)).status).toBe(405);
    expect((await post({}, { path: '/health' })).headers.get('allow')).toBe('GET');
  });
});

test('a body that grows beyond the limit is not read to its end, and the server goes on', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const request = httpRequest(
      `${rides.service.feastUrl}/get-online-features`,
      { method: 'POST' },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    request.on('error', reject);
    for (let i = 0; i < 5; i++) request.write(Buffer.alloc(1_024 * 1_024, 0x20));
  });
  expect(status).toBe(413);
  expect((await fetch(`${rides.service.feastUrl}/health`)).status).toBe(200);
});

test('the name of a request comes back, and one that is too long is refused', async () => {
  const body = { feature_service: 'quoting', entities: { price: [2], pieces: [3] } };
  const ask = (name: string) => post(body, { headers: { 'forebay-request-id': name } });
  expect((await ask('order-7')).headers.get('forebay-request-id')).toBe('order-7');
  expect((await post(body)).headers.get('forebay-request-id')).toBeNull();
  expect(feastError(await ask('x'.repeat(129))).message).toBe('request_id is longer than 128 bytes');
});

test('health follows readiness', async () => {
  const { readiness, feastUrl } = rides.service;
  const health = async () => (await fetch(`${feastUrl}/health`)).status;
  expect(await health()).toBe(200);
  const part = readiness.component('a part', 'being repaired');
  expect(await health()).toBe(503);
  part.ready();
  expect(await health()).toBe(200);
});

test('calls are counted by status and reason', async () => {
  await post({ feature_service: 'x', entities: {} });
  const metrics = await (await fetch(rides.service.metricsUrl)).text();
  expect(metrics).toMatch(
    /http_server_request_duration_seconds_count\{[^}]*http_response_status_code="404"[^}]*error_type="not_found"[^}]*\} [1-9]/,
  );
  expect(metrics).toMatch(/http_response_status_code="200"/);
});

describe('a DEGRADED value', () => {
  /** The stream has not been heard of since T. */
  const later = T + HOUR_MS;
  const body = {
    features: ['driver_stats@v1:trips', 'driver_stats@v1:last_city', 'habits:habit_trips'],
    entities: { driver_id: [DRIVER] },
  };
  const served: RunningService[] = [];
  afterAll(() => Promise.all(served.map((service) => service.stop())));

  test.each([
    ['present', [3, 'Zürich', 0], ['PRESENT', 'PRESENT', 'PRESENT']],
    ['outside_max_age', [null, null, null], ['OUTSIDE_MAX_AGE', 'OUTSIDE_MAX_AGE', 'OUTSIDE_MAX_AGE']],
  ] as const)('is %s by the setting, and counted', async (feastDegradedAs, values, statuses) => {
    const service = await startRides({ redisUrl: rides.redisUrl, clock: () => later, feastDegradedAs });
    served.push(service);
    const { results } = JSON.parse((await post(body, { url: service.feastUrl })).text) as {
      results: { values: unknown[]; statuses: string[] }[];
    };
    expect(results.slice(1).map((vector) => vector.values[0])).toEqual(values);
    expect(results.slice(1).map((vector) => vector.statuses[0])).toEqual(statuses);
    const metrics = await (await fetch(service.metricsUrl)).text();
    expect(metrics).toMatch(
      new RegExp(
        `forebay_feast_degraded_values_total\\{[^}]*view="driver_stats@1"[^}]*given_as="${feastDegradedAs}"[^}]*\\} 2`,
      ),
    );
  });
});
