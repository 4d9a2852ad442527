import { BucketReaders, connectRedis, type RedisConnection, type RedisRole } from '@forebay/online-store';
import type { Instruments, Logger, Readiness, ServerTls } from '@forebay/service-kit';
import { feastFeatures } from './feast/feast-features';
import { FEAST_SERVICE, feastGrpcService } from './feast/grpc-service';
import { HttpCalls } from './feast/http-calls';
import { startFeastHttpServer } from './feast/http-server';
import { RegistrySubscription } from './registry/registry-subscription';
import { openSecurity } from './security/open-security';
import { openServedLog } from './served-log/open-served-log';
import { drain } from './server/drain';
import { FEATURE_SERVICE, listen, makeGrpcServer } from './server/grpc-server';
import { Health } from './server/health';
import { Load } from './server/load';
import { watchRedis } from './server/redis-watch';
import { UnaryCalls } from './server/unary-calls';
import { ServingMetrics } from './serving-metrics';
import { SERVING_SETTINGS, type ServingConfiguration } from './settings';

/** A read or a registry that is owed for so long is not waited for: the connection is opened anew. */
const STALL_TIMEOUT_MS = 2_000;

export interface ServingDependencies {
  readonly logger: Logger;
  readonly instruments: Instruments;
  /** Gets the components `redis` and `registry`; health follows the whole of it. */
  readonly readiness: Readiness;
  /** The wall clock, ms. */
  readonly clock: () => number;
  /** How long Redis is tried to be reached. */
  readonly startupDeadlineMs: number;
  /** Takes each part with its stop, which is called in the reverse order. */
  component<T>(
    name: string,
    start: () => Promise<T> | T,
    stop: (started: T) => Promise<void> | void,
  ): Promise<T>;
}

export interface RunningServing {
  /** The gRPC port. */
  readonly port: number;
  /** Of the Feast-compatible HTTP surface; null: it is not served. */
  readonly feastHttpPort: number | null;
}

/**
 * Starts serving: Redis, registry, gRPC. Calls are UNAVAILABLE, and health is NOT_SERVING, until something was applied.
 * Throws `unavailable` (Redis) and `invalid_configuration` (files of security, Redis' policy, the address to listen on).
 */
export async function startServing(
  configuration: ServingConfiguration,
  dependencies: ServingDependencies,
): Promise<RunningServing> {
  const { logger, readiness, clock, instruments } = dependencies;
  const security = await openSecurity(configuration, dependencies);
  const redisReady = readiness.component('redis');
  const registryReady = readiness.component('registry');
  const reads = await connection(configuration, dependencies, 'reads');
  const registryReads = await connection(configuration, dependencies, 'registry');
  await dependencies.component(
    'redis watch',
    () => watchRedis(reads, redisReady),
    (end) => end(),
  );
  const registry = await dependencies.component(
    'registry',
    () => RegistrySubscription.open(registryReads, { logger, readiness: registryReady }),
    (subscription) => subscription.close(),
  );
  instruments.gauge('forebay_registry_version').observe(() => [[{}, registry.version]]);
  const log = await dependencies.component(
    'served log',
    () => openServedLog(configuration, { logger, instruments, registryVersion: () => registry.version }),
    (opened) => opened?.close(),
  );
  const metrics = new ServingMetrics(instruments, clock);
  const { maxRows, maxInFlight, defaultDeadlineMs } = configuration;
  const features = {
    registry,
    reader: new BucketReaders(reads),
    clock,
    maxRows,
    served: metrics,
    log: log?.vectors ?? null,
  };
  const load = new Load({ maxInFlight });
  const calls = new UnaryCalls({
    instruments,
    logger,
    load,
    gate: security.gate,
    defaultDeadlineMs,
    endOfTurn: () => features.reader.endTurn(),
  });
  const feast = feastFeatures(features, configuration, instruments);
  const health = new Health([FEATURE_SERVICE, FEAST_SERVICE], readiness);
  const server = makeGrpcServer(configuration, {
    features,
    predictions: log?.predictions ?? null,
    calls,
    health,
    gate: security.gate,
    feast: feastGrpcService(feast, calls, configuration),
  });
  const httpCalls = new HttpCalls({
    feast,
    instruments,
    logger,
    load,
    gate: security.gate,
    deadlineMs: defaultDeadlineMs,
  });
  const httpPort = await feastHttpPort(configuration, dependencies, security.tls, httpCalls);
  const port = await dependencies.component(
    'grpc server',
    () => listen(server, configuration, security.grpcCredentials),
    () => drain(server, health, configuration),
  );
  return { port, feastHttpPort: httpPort };
}

/**
 * null: the settings ask for none. It stops after the gRPC server, in whose drain it says that it is not ready; a request
 * takes no longer than the deadline.
 */
async function feastHttpPort(
  { host, feastHttpPort: port, defaultDeadlineMs: drainDeadlineMs }: ServingConfiguration,
  { component, readiness }: ServingDependencies,
  tls: ServerTls | null,
  calls: HttpCalls,
): Promise<number | null> {
  if (port === undefined) return null;
  const server = await component(
    'feast http server',
    () => startFeastHttpServer({ host, port, tls, readiness, calls, drainDeadlineMs }),
    (started) => started.stop(),
  );
  return server.port;
}

function connection(
  { redisUrl }: ServingConfiguration,
  { component, logger, startupDeadlineMs }: ServingDependencies,
  role: RedisRole,
): Promise<RedisConnection> {
  return component(
    `redis (${role})`,
    () =>
      connectRedis({
        url: redisUrl,
        role,
        stallTimeoutMs: STALL_TIMEOUT_MS,
        setting: SERVING_SETTINGS.redisUrl.env,
        connectWithinMs: startupDeadlineMs,
        onWarning: (message) => logger.warn(message),
      }),
    (connected) => connected.close(),
  );
}
