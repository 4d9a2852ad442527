import cluster from 'node:cluster';
import { ForebayError } from '@forebay/contract';
import { COMMON_SETTINGS } from './common-settings';
import {
  type ConfigurationOptions,
  type Environment,
  printableConfiguration,
  readConfiguration,
} from './configuration';
import type { Instruments } from './instruments';
import { createLogger, type Logger } from './logger';
import { LogOutbox } from './otlp/log-outbox';
import type { OtlpOptions } from './otlp/otlp-sender';
import type { OtlpSignal } from './otlp/otlp-signals';
import { joinGroup } from './processes/group-member';
import { ProcessGroup } from './processes/process-group';
import { Readiness } from './readiness';
import { type Ports, readyAnnouncement } from './ready-announcement';
import { ServiceProcess } from './service-process';
import type { Configuration, Settings } from './setting';
import { startTelemetry } from './telemetry';

type WithCommon<S extends Settings> = S & typeof COMMON_SETTINGS;

/** What a service has in its hands while it starts and runs. */
export interface Service<S extends Settings> {
  readonly name: string;
  readonly configuration: Configuration<WithCommon<S>>;
  readonly logger: Logger;
  readonly instruments: Instruments;
  readonly readiness: Readiness;
  /** Aborted when the stop begins: ends attempts to connect, and waits. */
  readonly signal: AbortSignal;
  /** Starts a part of the service, which is stopped in the reverse order; a part that throws ends the start. */
  component<T>(
    name: string,
    start: () => Promise<T> | T,
    stop: (started: T) => Promise<void> | void,
  ): Promise<T>;
  /** For a part that can't go on: logs the error, stops the service in good order, exits with code 1. */
  fail(error: unknown): void;
}

export interface ServiceOptions<S extends Settings> extends ConfigurationOptions<WithCommon<S>> {
  readonly name: string;
  readonly version?: string;
  readonly environment: Environment;
  /** The settings beyond the common ones. */
  readonly settings: S;
  /** How many processes do the work, behind one port; without it, and with 1, this one. */
  readonly processes?: (configuration: Configuration<WithCommon<S>>) => number;
  /** Starts the components in order; resolves when the service can work, to the ports that it listens on. */
  readonly start: (service: Service<S>) => Promise<Ports>;
}

/**
 * Runs one service as this process: configuration, log, telemetry, then `start`, then a ready announcement.
 * With several processes, this one starts them, starts again those that end, and answers for all at the operations' port.
 * SIGTERM, SIGINT and the loss of a parent that forked it stop it in good order (exit code 0).
 * A failed start, an uncaught error, a stop that takes longer than the grace time, or a second signal: exit code 1.
 */
export async function runService<S extends Settings>(options: ServiceOptions<S>): Promise<void> {
  const settings: WithCommon<S> = { ...options.settings, ...COMMON_SETTINGS };
  let configuration: Configuration<WithCommon<S>>;
  try {
    configuration = readConfiguration(settings, options.environment, options);
  } catch (error) {
    process.stderr.write(`${options.name}: ${ForebayError.from(error).message}\n`);
    process.exitCode = 1;
    return;
  }
  const { logLevel, logFormat, shutdownGraceMs } = configuration as CommonConfiguration;
  const outbox = new LogOutbox();
  const logger = createLogger({
    service: options.name,
    level: logLevel,
    format: logFormat,
    ...(sendsLogs(configuration) ? { also: outbox.put } : {}),
  });
  const readiness = new Readiness();
  const own = readiness.component(options.name, 'starting');
  const host = new ServiceProcess({
    logger,
    graceMs: shutdownGraceMs,
    onStopping: () => own.notReady('stopping'),
  });
  logger.info(
    { configuration: printableConfiguration(settings, configuration) },
    `${options.name} is starting`,
  );
  await host.run(async () => {
    const ports = await startAll(options, configuration, { logger, outbox, readiness, host });
    if (host.signal.aborted) return;
    own.ready();
    // The line has the service's name from the logger.
    logger.info({ ready: true, ports }, `${options.name} is ready`);
    process.send?.(readyAnnouncement(options.name, ports));
  });
}

/** What this process is to the service. */
type Role =
  /** It is the service. */
  | 'alone'
  /** It starts the others and answers for them. */
  | 'primary'
  /** It does the work, as others do. */
  | 'member';

function roleOf(processes: number): Role {
  if (processes === 1) return 'alone';
  return cluster.isPrimary ? 'primary' : 'member';
}

/** Of each process of a service: primary, member or alone. */
interface Home {
  readonly logger: Logger;
  readonly outbox: LogOutbox;
  readonly readiness: Readiness;
  readonly host: ServiceProcess;
}

async function startAll<S extends Settings>(
  options: ServiceOptions<S>,
  configuration: Configuration<WithCommon<S>>,
  { logger, outbox, readiness, host }: Home,
): Promise<Ports> {
  const common = configuration as CommonConfiguration;
  const processes = options.processes?.(configuration) ?? 1;
  const role = roleOf(processes);
  let group: ProcessGroup | null = null;
  const telemetry = await host.component(
    'telemetry',
    () =>
      startTelemetry({
        service: options.name,
        ...(options.version === undefined ? {} : { version: options.version }),
        operations: role === 'member' ? null : { host: common.metricsHost, port: common.metricsPort },
        ...(role === 'primary' ? { others: async () => (await group?.metrics()) ?? [] } : {}),
        otlp: otlpOf(common, role, logger, outbox),
        readiness,
      }),
    (started) => started.stop(),
  );
  const { instruments, metricsPort } = telemetry;
  const service: Service<S> = {
    name: options.name,
    configuration,
    logger,
    instruments,
    readiness,
    signal: host.signal,
    component: (name, start, stop) => host.component(name, start, stop),
    fail: (error) => host.fail(error),
  };
  if (role === 'primary') {
    const started = await startGroup(service, processes);
    group = started.group;
    return { ...started.ports, ...(metricsPort === null ? {} : { metrics: metricsPort }) };
  }
  if (role === 'member') {
    await host.component(
      'group',
      () => joinGroup(readiness, () => telemetry.collect()),
      (member) => member.leave(),
    );
  }
  const ports = await options.start(service);
  return { ...ports, ...(metricsPort === null ? {} : { metrics: metricsPort }) };
}

/** The flush of the last spans, metrics and lines takes so long at most, and so much of the time that a stop may take. */
const FLUSH_WITHIN_MS = 3_000;
const FLUSH_SHARE = 0.25;

type CommonConfiguration = Configuration<typeof COMMON_SETTINGS>;

function sendsLogs({ otlpEndpoint, otlpSignals }: CommonConfiguration): boolean {
  return otlpEndpoint !== undefined && otlpSignals.includes('logs');
}

/** Of several processes, the primary sends the metrics of all, and traces nothing; each sends its own log. */
function otlpOf(
  common: CommonConfiguration,
  role: Role,
  logger: Logger,
  outbox: LogOutbox,
): OtlpOptions | undefined {
  const { otlpEndpoint: endpoint, traceSampleRatio, otlpMetricsIntervalMs: metricsIntervalMs } = common;
  if (endpoint === undefined) return undefined;
  const others: OtlpSignal | null = role === 'primary' ? 'traces' : role === 'member' ? 'metrics' : null;
  const signals = common.otlpSignals.filter((signal) => signal !== others);
  const flushWithinMs = Math.min(FLUSH_WITHIN_MS, common.shutdownGraceMs * FLUSH_SHARE);
  return { endpoint, signals, traceSampleRatio, metricsIntervalMs, outbox, logger, flushWithinMs };
}

function startGroup<S extends Settings>(service: Service<S>, processes: number) {
  const { logger, readiness, instruments } = service;
  const restarts = instruments.counter('forebay_process_restarts_total').bind({});
  return service.component(
    'processes',
    () =>
      ProcessGroup.start({
        processes,
        logger,
        readiness,
        onRestart: () => restarts.add(),
        onGiveUp: (error) => service.fail(error),
      }),
    ({ group }) => group.stop(),
  );
}
