import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY_MS, messageFromJson } from '@forebay/contract';
import type { Project } from '@forebay/definitions';
import { type OfflineStore, openOfflineStore, SERVED_PREDICTIONS_VIEW } from '@forebay/offline-store';
import { connectRedis, type RedisConnection } from '@forebay/online-store';
import { TrainingSetHandler } from '@forebay/service-batch';
import { fileTarget, makeServedTrainingSet } from '@forebay/training-set';
import { noObjectStore } from '../support/object-store';
import { sharedStack, useDatabase, useOwnRedis, waitFor } from '../support/stack';
import { experimentRegistry } from './serving-experiment';
import { type RunningService, Seeder, startService } from './serving-fixture';

const T = Date.UTC(2026, 4, 4, 12, 30);

let connection: RedisConnection;
let store: OfflineStore;
let service: RunningService;
const directory = mkdtempSync(join(tmpdir(), 'forebay-served-'));

// Before the servers stop: hooks run in the order in which they stand.
afterAll(async () => {
  await service.stop();
  await connection.close();
  await store.close();
  rmSync(directory, { recursive: true });
});

const redis = useOwnRedis();
const database = useDatabase('predictions');

beforeAll(async () => {
  connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
  store = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
  const seeder = new Seeder(connection, experimentRegistry());
  await seeder.apply();
  service = await startService({
    redisUrl: redis.url,
    clock: () => T,
    logClickhouseUrl: sharedStack.clickhouseUrl,
    clickhouseDatabase: database.name,
    logShare: 1,
    logFlushEveryMs: 50,
  });
});

describe('predictions', () => {
  const joined = (where: string) =>
    store.rows<Record<string, unknown>>(
      `SELECT request_id, row, model, model_version, prediction_number, prediction_text, prediction_list, outcome_number, outcome_text,
         toUnixTimestamp64Milli(predicted_at) AS predicted, toUnixTimestamp64Milli(outcome_at) AS became, logged, feature_service, variant, entity_key, keys
       FROM ${SERVED_PREDICTIONS_VIEW} WHERE ${where} ORDER BY request_id, row, model`,
      {},
      { output_format_json_quote_64bit_integers: 0 },
    );
  const until = (where: string, count: number) =>
    waitFor(
      async () => {
        const rows = await joined(where);
        return rows.length >= count ? rows : null;
      },
      { deadlineMs: 20_000, message: `${count} rows where ${where} are not joined` },
    );

  it('are joined with the vectors that they were made of, and with outcomes that come later', async () => {
    const { client } = service;
    const answer = await client.getOnlineFeatures({
      project: 'trial',
      featureService: 'risk',
      keys: { user: [1, 2] },
    });
    const { requestId } = answer;
    const log = (predictions: Parameters<typeof client.logPredictions>[0]['predictions']) =>
      client.logPredictions({ project: 'trial', featureService: 'risk', predictions });
    expect(
      await log([
        { requestId, model: 'gbm', modelVersion: '3', prediction: 0.1 + 0.2, predictedAt: T },
        { requestId, row: 1, model: 'gbm', modelVersion: '3', prediction: 0.75, predictedAt: new Date(T) },
        { requestId, row: 1, model: 'classes', prediction: [0.25, 0.5, 0.25] },
      ]),
    ).toEqual({ accepted: 3, dropped: 0 });
    await log([{ requestId, row: 1, outcome: 1, outcomeAt: T + DAY_MS }]);
    const rows = await until(`request_id = '${requestId}' AND (row = 0 OR outcome_number = 1) AND logged`, 3);
    const common = { request_id: requestId, logged: true, feature_service: 'risk@1' };
    expect(rows).toMatchObject([
      {
        ...common,
        row: 0,
        variant: answer.variant(0),
        entity_key: '1',
        model: 'gbm',
        model_version: '3',
        prediction_number: 0.1 + 0.2,
        predicted: T,
        outcome_number: null,
        became: null,
      },
      { ...common, row: 1, model: 'classes', prediction_list: [0.25, 0.5, 0.25], outcome_number: 1 },
      { ...common, row: 1, model: 'gbm', prediction_number: 0.75, outcome_number: 1, became: T + DAY_MS },
    ]);
  });

  it('of requests that are not logged are taken, and joined if the vectors come later', async () => {
    const { client } = service;
    await client.logPredictions({
      project: 'trial',
      predictions: [
        { requestId: 'unknown', keys: { user: 5n }, model: 'm', prediction: 'yes', outcome: 'no' },
        { requestId: 'early', model: 'm', prediction: 2 },
      ],
    });
    const [unknown] = await until(`request_id = 'unknown'`, 1);
    expect(unknown).toMatchObject({
      logged: false,
      prediction_text: 'yes',
      outcome_text: 'no',
      keys: { user: '5' },
      feature_service: '',
    });
    await client.getOnlineFeatures({
      project: 'trial',
      featureService: 'plain',
      keys: { user: [77] },
      requestId: 'early',
    });
    expect(await until(`request_id = 'early' AND logged`, 1)).toMatchObject([
      { feature_service: 'plain@1', entity_key: '77', prediction_number: 2 },
    ]);
  });

  it('of one model are the newest, and outcomes too', async () => {
    const log = (predictions: Parameters<typeof service.client.logPredictions>[0]['predictions']) =>
      service.client.logPredictions({ project: 'trial', predictions });
    await log([{ requestId: 'twice', model: 'm', prediction: 1 }]);
    await log([{ requestId: 'twice', outcome: 5 }]);
    expect(await until(`request_id = 'twice' AND outcome_number = 5`, 1)).toHaveLength(1);
    await log([{ requestId: 'only outcome', outcome: 5 }]);
    expect(await until(`request_id = 'only outcome'`, 1)).toMatchObject([
      { model: '', prediction_number: null, predicted: null, outcome_number: 5 },
    ]);
  });

  it('give a training set of what was served, beside what became of it', async () => {
    const { client } = service;
    const requestId = 'trained';
    const outcomes = { project: 'trial', featureService: 'plain' } as const;
    const answer = await client.getOnlineFeatures({ ...outcomes, keys: { user: [1, 2, 3] }, requestId });
    await client.logPredictions({
      ...outcomes,
      predictions: [0, 2].map((row) => ({ requestId, row, outcome: row * 0.1, outcomeAt: T + DAY_MS })),
    });
    await until(`request_id = 'trained' AND isNotNull(outcome_number) AND logged`, 2);
    const project = experimentRegistry().projects[0] as Project;
    const file = join(directory, 'served.ndjson');
    const selection = {
      ...{ project, featureService: 'plain@1', variant: null, fromMs: T, toMs: T + 1, knownAsOfMs: null },
      out: fileTarget({ file, format: 'NDJSON' }),
    } as const;
    const made = await makeServedTrainingSet(store, { ...selection, withStatuses: true });
    const lines = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const names = made.features.map(({ feature }) => feature);
    expect(lines).toEqual(
      [0, 2].map((row) => ({
        ...{ request_id: requestId, row, user: row + 1, as_of: new Date(T).toISOString() },
        ...{ outcome: row * 0.1, outcome_at: new Date(T + DAY_MS).toISOString() },
        ...Object.fromEntries(
          names.flatMap((name, column) => [
            [name, answer.value(row, column)],
            [`${name}__status`, answer.status(row, column)],
          ]),
        ),
      })),
    );
    expect(made).toMatchObject({ rows: 2, events: 0, columns: Object.keys(lines[0]) });
    const counted = made.statuses.map((counts) =>
      Object.values(counts).reduce((sum, count) => sum + count, 0),
    );
    expect(counted).toEqual(names.map(() => 2));

    // the same rows as a job, whose files have no statuses
    const handler = new TrainingSetHandler({
      offline: store,
      redis: connection,
      objects: noObjectStore(),
      clock: () => T,
    });
    const out = join(directory, 'job');
    const job = messageFromJson('TrainingSetJob', {
      ...{ project: 'trial', feature_service: 'plain', from_served_log: true, rows_per_file: 1, out },
      ...{ from_ms: T, to_ms: T + 1 },
    });
    const { signal } = new AbortController();
    const context = { signal, job: { kind: 'training_set', id: '1' }, startedAtMs: T, report() {} } as const;
    const plan = await handler.plan(job, context);
    expect(handler.chunksOf(plan)).toBe(2);
    expect(await handler.finish(job, plan)).toEqual({ kind: 'again', chunks: [0, 1] });
    for (const chunk of [0, 1]) await handler.runChunk(job, plan, chunk, context);
    expect(await handler.runChunk(job, plan, 1, context)).toMatchObject({ result: { was_done: true } });
    const finished = { kind: 'done', result: { rows: 2, files: 2 } };
    expect(await handler.finish(job, plan)).toMatchObject(finished);
    expect(await handler.isCurrent(job, plan)).toBe(true);
    expect(await handler.finish(job, plan)).toMatchObject(finished);
    const manifest = JSON.parse(readFileSync(join(out, '_manifest.json'), 'utf8'));
    expect(manifest.columns).toEqual(made.columns.filter((name) => !name.endsWith('__status')));
    expect(manifest.features.map(({ column }: { column: string }) => column)).toEqual(names);

    await expect(
      makeServedTrainingSet(store, { ...selection, toMs: T, withStatuses: false }),
    ).rejects.toThrow('nothing of it was logged from 2026-05-04T12:30:00.000Z up to');
  });

  it.each<[object, string]>([
    [{ requestId: '' }, 'prediction 0: request_id is empty'],
    [{ requestId: 'x'.repeat(129), prediction: 1 }, 'prediction 0: request_id is longer than 128 bytes'],
    [
      { requestId: 'r', model: 'm'.repeat(257), prediction: 1 },
      'prediction 0: model is longer than 256 bytes',
    ],
    [{ requestId: 'r' }, 'prediction 0: it has neither a prediction nor an outcome'],
    [
      { requestId: 'r', prediction: 1, predictedAt: 1e15 },
      'prediction 0: predicted_at_ms 1000000000000000 is not',
    ],
  ])('%# are refused', async (entry, message) => {
    const call = service.client.logPredictions({ project: 'trial', predictions: [entry as never] });
    await expect(call).rejects.toMatchObject({
      reason: 'invalid_request',
      message: expect.stringContaining(message),
    });
  });

  it('say where they cannot be logged', async () => {
    const predictions = [{ requestId: 'r', prediction: 1 }];
    await expect(service.client.logPredictions({ project: 'trail', predictions })).rejects.toMatchObject({
      reason: 'not_found',
    });
    const off = await startService({ redisUrl: redis.url, clock: () => T });
    try {
      await expect(off.client.logPredictions({ project: 'trial', predictions })).rejects.toMatchObject({
        reason: 'failed_precondition',
        message: expect.stringContaining('FOREBAY_SERVING_LOG_CLICKHOUSE_URL'),
      });
    } finally {
      await off.stop();
    }
  });
});
