/** The stream's worker on a real Redis that loses what it had at the worst moments; the topic is driven by hand. */
import { compileView, newViewOutput, ViewFold, type ViewLayout } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import { applyPlan, compileProject } from '@forebay/definitions';
import {
  checkpointKey,
  connectRedis,
  loadStreamValues,
  type RedisConnection,
  readCheckpoint,
  readProgress,
} from '@forebay/online-store';
import { createLogger } from '@forebay/service-kit';
import {
  Checkpoints,
  ChunkReader,
  decideStart,
  Flusher,
  findStartPoints,
  NOTHING_ERASED,
  SourceState,
  SourceWorker,
  type SourceWorkerOptions,
  type StartPointOptions,
} from '@forebay/service-stream';
import { paymentsProject } from '../support/payments';
import { useOwnRedis } from '../support/stack';

const BUCKET = 0;
const RECORDS = 100;

const registry = applyPlan(null, compileProject(paymentsProject({ topic: 'payments' })), {
  nowMs: 0,
  appliedBy: 'test',
});
const [project] = registry.projects;
const source = project!.eventSources[0]!;
const layout: ViewLayout = compileView(
  project!.aggregationViews.find(({ name }) => name === 'by_card')!,
  source,
);
const now = Date.now();
/** Of two cards in turn. */
const records = Array.from({ length: RECORDS }, (_, i) => ({
  offset: i,
  timestampMs: now,
  headers: {},
  value: Buffer.from(
    JSON.stringify({ time: now - 60_000 + i, account: 'a', card: i % 2, city: `city ${i}`, amount: 1 }),
  ),
}));

/** Nothing is archived: what is lost is read again from the topic's beginning. */
const ARCHIVED = new Map();

type Options = SourceWorkerOptions<(typeof records)[number]> & StartPointOptions;

let redis: RedisConnection;
// Before the server stops: hooks run in the order in which they stand.
afterAll(() => redis.close());
const server = useOwnRedis();
beforeAll(async () => {
  redis = await connectRedis({ url: server.url, role: 'stream', setting: 'REDIS_URL' });
});
beforeEach(async () => {
  await redis.client.flushall();
});

const workers: SourceWorker<(typeof records)[number]>[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
});

/** A worker on partition 0 of a topic that holds `records`. */
function drive(more: Partial<Options> = {}) {
  let position: number | null = null;
  let seeks = 0;
  const anything = new Proxy({}, { get: () => () => {} });
  const options: Options = {
    name: 'payments',
    sourceId: source.id,
    epoch: 0,
    maxStalenessMs: 60_000,
    redis,
    state: new SourceState([layout], redis.buckets),
    reader: new ChunkReader(source),
    flusher: new Flusher(redis),
    archiver: { room: async () => true, add: () => {}, assign: () => {} } as unknown as Options['archiver'],
    erased: NOTHING_ERASED,
    enrichment: null,
    outputs: null,
    replays: { admit: async (_, read) => read } as Options['replays'],
    checkpoint: new Checkpoints(redis, (bucket) => checkpointKey(bucket, source.id)),
    topic: {
      partitions: 1,
      absent: [],
      seek: (_, offset) => {
        seeks++;
        position = offset;
        return true;
      },
      pause: () => {},
      resume: () => {},
      position: () => position,
      bounds: async () => new Map([[0, { low: 0, high: RECORDS }]]),
      commit: () => {},
      sendDeadLetters: async () => {},
      arrivedBefore: (_, offset) => (offset === RECORDS ? now : null),
    },
    metrics: anything as Options['metrics'],
    logger: createLogger({ service: 'test', level: 'silent', format: 'json' }),
    clock: Date.now,
    flushEveryMs: 60_000,
    flushEvents: 8_000,
    maxStateBytes: 1_000_000,
    prepareViews: async () => new Map([[layout.view.id, 'everywhere' as const]]),
    findStarts: (partitions, kept) => findStartPoints(options, partitions, kept),
    archived: async () => ARCHIVED,
    checkTopic: async () => {},
    idsHeldFrom: async () => Number.NEGATIVE_INFINITY,
    decide: (facts) => decideStart(source, facts),
    onFatal: (error) => {
      throw error;
    },
    ...more,
  };
  const worker = new SourceWorker(options);
  workers.push(worker);
  /** Hands over what comes next, as a consumer does: after a seek, from there. */
  const deliver = async (to: number) => {
    while (position! < to) {
      const from = position!;
      const before = seeks;
      const next = Math.min(to, from + 10);
      await worker.process(0, from, records.slice(from, next), next);
      if (seeks === before) position = next;
    }
  };
  return {
    worker,
    deliver,
    async begin() {
      position = (await worker.assign([0])).get(0)!;
    },
    /** Hands over and stores everything. */
    async finish() {
      for (let round = 0; (await checkpoint()) < RECORDS; round++) {
        if (round === 10) throw new Error(`the checkpoint stays at ${await checkpoint()}`);
        await deliver(RECORDS);
        await worker.tick();
      }
    },
  };
}

async function checkpoint(): Promise<number> {
  return (await readCheckpoint(redis, BUCKET, source.id))?.offsets[0] ?? -1;
}

/** How many events each card's value counts. */
async function counts(): Promise<number[]> {
  const state = new SourceState([layout], redis.buckets);
  const stored = await loadStreamValues(redis, state.views[0]!.keysIn(0), ['a.0', 'a.1']);
  return stored.map(({ rows, open, sealed }) => {
    const output = newViewOutput(layout);
    const tMs = now + 1;
    const clocks = { completeSinceMs: Number.NEGATIVE_INFINITY, batchMarker: null, progressMs: tMs };
    new ViewFold(layout).fold(
      { stream: rows, open, sealed, batch: null },
      { tMs, serverClockMs: tMs, ...clocks },
      output,
    );
    return output.numbers[layout.view.features.findIndex(({ name }) => name === 'card_payments_20m')]!;
  });
}

const ALL = [RECORDS / 2, RECORDS / 2];

test('what is loaded from an emptied server is not written: its fence would hide what was lost', async () => {
  class EmptyingFlusher extends Flusher {
    loads = 0;

    override async load(...args: Parameters<Flusher['load']>) {
      if (++this.loads === 2) await redis.client.flushall();
      await super.load(...args);
    }
  }
  const driven = drive({ flusher: new EmptyingFlusher(redis) });
  await driven.begin();
  await driven.deliver(40);
  await driven.worker.tick();
  // the entities are forgotten, and loaded again
  await driven.worker.revoke([0]);
  await driven.begin();
  await driven.finish();
  expect(await counts()).toEqual(ALL);
});

test('a server that is emptied between the very first values and their checkpoint is noticed', async () => {
  class EmptyingFlusher extends Flusher {
    flushes = 0;

    override async flush(...args: Parameters<Flusher['flush']>) {
      const report = await super.flush(...args);
      if (report.values > 0 && ++this.flushes === 1) await redis.client.flushall();
      return report;
    }
  }
  const driven = drive({ flusher: new EmptyingFlusher(redis) });
  await driven.begin();
  await driven.finish();
  expect(await counts()).toEqual(ALL);
});

test('records that are handed over while the checkpoint is looked for are void', async () => {
  let during: (() => void) | null = null;
  const driven = drive({
    archived: async () => {
      during?.();
      return ARCHIVED;
    },
  });
  await driven.begin();
  await driven.deliver(40);
  await driven.worker.tick();
  await redis.client.flushall();
  let handedOver: Promise<void> | null = null;
  during = () => {
    handedOver ??= driven.worker.process(0, 40, records.slice(40, 60), 60);
  };
  driven.worker.reconnected();
  await driven.worker.tick();
  await handedOver;
  await driven.finish();
  expect(await counts()).toEqual(ALL);
});

test('a server that came back without its last values, but with the same checkpoint, is noticed', async () => {
  class RestoringFlusher extends Flusher {
    readonly saved = new Map<string, Buffer>();

    async save() {
      for (const key of await redis.client.keys('*'))
        this.saved.set(key, (await redis.client.getBuffer(key)) as Buffer);
    }

    override async flush(...args: Parameters<Flusher['flush']>) {
      const report = await super.flush(...args);
      if (this.saved.size > 0) {
        await redis.client.flushall();
        for (const [key, value] of this.saved) await redis.client.set(key, value);
        this.saved.clear();
        driven.worker.reconnected();
      }
      return report;
    }
  }
  const flusher = new RestoringFlusher(redis);
  const driven = drive({ flusher });
  await driven.begin();
  await driven.deliver(40);
  await driven.worker.tick();
  await flusher.save();
  await driven.deliver(60);
  await driven.worker.tick();
  await driven.finish();
  expect(await counts()).toEqual(ALL);
});

test('an idle worker notices that the server was emptied, and promises nothing until it has caught up', async () => {
  let aheadMs = 0;
  const driven = drive({ clock: () => Date.now() + aheadMs });
  await driven.begin();
  await driven.finish();
  expect((await readProgress(redis, BUCKET, source.id))?.instantsMs[0]).toBe(now);
  await redis.client.flushall();
  aheadMs += 1_000;
  await driven.worker.tick();
  expect(await checkpoint()).toBe(0);
  expect(await readProgress(redis, BUCKET, source.id)).toBeNull();
  await driven.deliver(50);
  aheadMs += 1_000;
  await driven.worker.tick();
  expect(await readProgress(redis, BUCKET, source.id)).toBeNull();
  await driven.finish();
  expect(await counts()).toEqual(ALL);
});

test('a worker that cannot go on stops without promising what it has dropped', async () => {
  let refuses = false;
  const fatal: ForebayError[] = [];
  const driven = drive({
    decide: (facts) =>
      refuses ? { kind: 'refuse', reason: 'records were deleted' } : decideStart(source, facts),
    onFatal: (error) => fatal.push(error),
  });
  await driven.begin();
  await driven.deliver(40);
  await driven.worker.tick();
  await driven.deliver(60);
  refuses = true;
  driven.worker.reconnected();
  await driven.worker.tick();
  await driven.worker.stop();
  expect(fatal).toEqual([new ForebayError('failed_precondition', 'records were deleted')]);
  expect(await checkpoint()).toBe(40);
});

test('two workers that own the same partition count each event once', async () => {
  const [one, other] = [drive(), drive()];
  await one.begin();
  await other.begin();
  for (const to of [30, 60, 90]) {
    await one.deliver(to);
    await other.deliver(to + 10);
    await Promise.all([one.worker.tick(), other.worker.tick()]);
  }
  await Promise.all([one.finish(), other.finish()]);
  expect(await counts()).toEqual(ALL);
});
