/**
 * The stream service over one source, put together as its main does, with two differences: the archive can be left out, and it is
 * noted when the records that are measured were handed over. Argument: a LoopOrder as JSON. Tells its parent what it
 * LoopConsumed when all of it is stored, and runs on until it is stopped.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compileView } from '@forebay/algebra';
import type { AggregationView, EventSource } from '@forebay/definitions';
import { connectEventLog, type EventLog } from '@forebay/event-log';
import { applyEventSource, archivedUpTo, createMetaTables, openOfflineStore } from '@forebay/offline-store';
import { connectRedis, type RedisConnection, readCheckpoint, streamKeys } from '@forebay/online-store';
import { runService } from '@forebay/service-kit';
import { NO_ARCHIVE, SourceRuntime, STREAM_SETTINGS } from '@forebay/service-stream';
import { until } from '../support/until';
import type { Consumed, ReadingOrder } from './consumed';
import { benchProject, type Declared } from './declared';

export interface LoopOrder extends ReadingOrder {
  readonly declared: Declared;
  readonly archive: boolean;
  /** Whether memory is looked at before the first event that is measured, which takes a full collection. */
  readonly halfWay: boolean;
}

export interface LoopConsumed extends Consumed {
  /** CPU time of Redis' main thread, and bytes sent to it. */
  readonly redisUs: number;
  readonly redisBytes: number;
  /** Of the process with what entities are in memory, and without any work done, after a full collection. */
  readonly heldBytes: number;
  /** Before the first event that is measured, if it was asked for. */
  readonly halfWayBytes: number;
  readonly atStartBytes: number;
  /** Entities with a stored value, and their segments. */
  readonly entities: number;
  readonly rows: number;
  /** Wall time of what was measured. */
  readonly ms: number;
}

interface Instant {
  readonly events: number;
  readonly atMs: number;
  readonly cpu: NodeJS.CpuUsage;
  readonly redisUs: number;
  readonly redisBytes: number;
}

/** Of a value that one partition contributes to. */
const FENCE_AND_TAIL_BYTES = 40;
const SAMPLED_OF_EACH_SCAN = 100;
const SOURCE_ID = 1;
const DEADLINE_MS = 600_000;
const MEGABYTE = 1_048_576;

/** Memory in use after a full collection. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function redisUsage({ client }: RedisConnection): Promise<{ redisUs: number; redisBytes: number }> {
  const [stats, cpu] = await Promise.all([client.info('stats'), client.info('cpu')]);
  const numberOf = (text: string, name: string) =>
    Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1]);
  return {
    redisUs:
      1_000_000 * (numberOf(cpu, 'used_cpu_user_main_thread') + numberOf(cpu, 'used_cpu_sys_main_thread')),
    redisBytes: numberOf(stats, 'total_net_input_bytes'),
  };
}

/** The source and its views, with ids as an apply would give them. */
function numbered(declared: Declared) {
  const project = benchProject(declared);
  const source: EventSource = { ...(project.eventSources[0] as EventSource), id: SOURCE_ID };
  const views = project.aggregationViews.map((view, i) => ({ ...view, id: SOURCE_ID + 1 + i }));
  return { source, views };
}

/** How many entities have a value, and how many rows those have, by a sample. */
async function storedOf({ client }: RedisConnection, view: AggregationView, source: EventSource) {
  const prefix = streamKeys(0, view.id, { hasVariableParts: false, hasIds: false }).rows.toString();
  const { rowSize } = compileView(view, source);
  let entities = 0;
  let sampled = 0;
  let bytes = 0;
  for (let cursor = '0'; ; ) {
    const [next, keys] = await client.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 5_000);
    entities += keys.length;
    for (const key of keys.slice(0, SAMPLED_OF_EACH_SCAN)) {
      bytes += await client.strlen(key);
      sampled++;
    }
    if (next === '0') break;
    cursor = next;
  }
  return { entities, rows: (entities * (bytes / sampled - FENCE_AND_TAIL_BYTES)) / rowSize };
}

/** Counts what is handed over; `onFrom` is called before the first batch that is measured: half of the work, or more, is done. */
function counting(eventLog: EventLog, { from, to }: ReadingOrder, onFrom: (events: number) => Promise<void>) {
  let events = 0;
  let begun = false;
  let all: () => void;
  const allRead = new Promise<void>((resolve) => {
    all = resolve;
  });
  const consume: EventLog['consume'] = (options) =>
    eventLog.consume({
      ...options,
      handlers: {
        ...options.handlers,
        onBatch: async (batch) => {
          if (!begun && events >= from) {
            begun = true;
            await onFrom(events);
          }
          await options.handlers.onBatch(batch);
          events += batch.records.length;
          if (events >= to) all();
        },
      },
    });
  return {
    allRead,
    eventLog: { admin: eventLog.admin, consume, topicId: (topic: string) => eventLog.topicId(topic) },
  };
}

const order = JSON.parse(process.argv[2] as string) as LoopOrder;

void runService({
  name: 'stream',
  environment: process.env,
  settings: STREAM_SETTINGS,
  start: async ({ configuration, logger, instruments, component, fail }) => {
    const redis = await component(
      'redis',
      () => connectRedis({ url: configuration.redisUrl, role: 'stream', setting: 'the benchmark' }),
      (opened) => opened.close(),
    );
    const offline = await component(
      'clickhouse',
      () =>
        openOfflineStore({
          url: configuration.clickhouseUrl,
          database: configuration.clickhouseDatabase,
          connectDeadlineMs: configuration.startupDeadlineMs,
          setting: 'the benchmark',
        }),
      (opened) => opened.close(),
    );
    const opened = await component(
      'kafka',
      () => connectEventLog({ brokers: configuration.kafkaBrokers, clientId: 'forebay-stream', logger }),
      (log) => log.close(),
    );
    const producer = await component(
      'dead letters',
      () => opened.producer(),
      (made) => made.close(),
    );
    const { source, views } = numbered(order.declared);
    await createMetaTables(offline);
    await applyEventSource(offline, source);
    const atStartBytes = heldBytes();
    const now = async (events: number): Promise<Instant> => ({
      ...(await redisUsage(redis)),
      events,
      atMs: performance.now(),
      cpu: process.cpuUsage(),
    });
    let begin: Instant | null = null;
    let halfWayBytes = 0;
    const { eventLog, allRead } = counting(opened, order, async (events) => {
      if (order.halfWay) halfWayBytes = heldBytes();
      begin = await now(events);
    });
    await component(
      'source',
      () =>
        SourceRuntime.start({
          project: order.name,
          source,
          views,
          redis,
          offline,
          eventLog,
          producer,
          instruments,
          member: String(process.pid),
          logger,
          clock: Date.now,
          group: order.name,
          flushEveryMs: configuration.flushEveryMs,
          flushEvents: configuration.flushEvents,
          maxStateBytes: configuration.maxStateMegabytes * MEGABYTE,
          maxPairBytes: 0,
          sessionTimeoutMs: configuration.sessionTimeoutMs,
          maxWaitMs: configuration.maxWaitMs,
          onFatal: fail,
          ...(order.archive ? {} : { archiveWith: () => NO_ARCHIVE }),
        }),
      (runtime) => runtime.stop(),
    );
    allRead
      .then(async () => {
        const sumOf = (offsets: Iterable<number>) => [...offsets].reduce((sum, offset) => sum + offset, 0);
        const isStored = async () =>
          sumOf((await readCheckpoint(redis, 0, source.id))?.offsets ?? []) >= order.to;
        await until('the values', isStored, { everyMs: 5, deadlineMs: DEADLINE_MS });
        if (order.archive) {
          const isArchived = async () =>
            sumOf((await archivedUpTo(offline, source, 0)).map(({ end }) => end)) >= order.to;
          await until('the archive', isArchived, { everyMs: 100, deadlineMs: DEADLINE_MS });
        }
        const from = begin as unknown as Instant;
        const end = await now(order.to);
        const cpu = process.cpuUsage(from.cpu);
        const consumed: LoopConsumed = {
          events: end.events - from.events,
          cpuUs: cpu.user + cpu.system,
          redisUs: end.redisUs - from.redisUs,
          redisBytes: end.redisBytes - from.redisBytes,
          ms: end.atMs - from.atMs,
          atStartBytes,
          halfWayBytes,
          heldBytes: heldBytes(),
          ...(await storedOf(redis, views[0] as AggregationView, source)),
        };
        process.send?.(consumed);
      })
      .catch(fail);
    return {};
  },
});
