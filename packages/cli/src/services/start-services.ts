import { ForebayError } from '@forebay/contract';
import type { Environment, Ports } from '@forebay/service-kit';
import { RunningService } from './running-service';
import { SERVICE_NAMES, type ServiceName, STOP_ORDER } from './service-program';

export interface StartServicesOptions {
  /** All that the services get of an environment. */
  readonly environment: Environment;
  /** Each line that a service writes. */
  readonly log: (service: ServiceName, line: string) => void;
  /** Default: all. */
  readonly services?: readonly ServiceName[];
  readonly readyWithinMs?: number;
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
}

export interface RunningServices {
  readonly services: Readonly<Partial<Record<ServiceName, RunningService>>>;
  /** By service and by what listens there. */
  readonly ports: Readonly<Partial<Record<ServiceName, Ports>>>;
  /** Resolves when one of them ends unasked. */
  readonly failed: Promise<ForebayError>;
  /** Stops them in order: stream, batch, serving. May be called again. */
  stop(): Promise<void>;
}

/** Runs services as child processes; resolves when all are ready. The first that fails ends the others, and is thrown. */
export async function startServices(options: StartServicesOptions): Promise<RunningServices> {
  const names = SERVICE_NAMES.filter((name) => options.services?.includes(name) ?? true);
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  let failure: ForebayError | null = null;
  const started: RunningService[] = [];
  await Promise.all(
    names.map(async (name, i) => {
      try {
        const environment = environmentOf(options.environment, name, i);
        started.push(await RunningService.start(name, { ...options, environment, signal }));
      } catch (thrown) {
        failure ??= ForebayError.from(thrown);
        failed.abort();
      }
    }),
  );
  const running = groupOf(names.flatMap((name) => started.find((service) => service.name === name) ?? []));
  if (failure === null) return running;
  await running.stop();
  throw failure;
}

/** On free ports unless the environment names them; of a named metrics port, each service takes one further on. */
function environmentOf(environment: Environment, name: ServiceName, index: number): Environment {
  const metricsPort = Number(environment.FOREBAY_METRICS_PORT ?? 0);
  return {
    ...environment,
    ...(metricsPort > 0 ? { FOREBAY_METRICS_PORT: String(metricsPort + index) } : {}),
    ...(name === 'serving' ? servingEnvironment(environment) : {}),
  };
}

/** Serving refuses to be open unless it is asked to by name: on this machine, and without files that say otherwise, it is asked to. */
function servingEnvironment(environment: Environment): Environment {
  const isSet = (name: string) => (environment[name] ?? '') !== '';
  const secured = ['FOREBAY_SERVING_ACCESS_FILE', 'FOREBAY_SERVING_JWT_KEYS'].some(isSet);
  return {
    FOREBAY_SERVING_PORT: environment.FOREBAY_SERVING_PORT || '0',
    FOREBAY_SERVING_TRANSPORT:
      environment.FOREBAY_SERVING_TRANSPORT || (isSet('FOREBAY_SERVING_TLS_CERT_FILE') ? 'tls' : 'plaintext'),
    FOREBAY_SERVING_AUTHENTICATION:
      environment.FOREBAY_SERVING_AUTHENTICATION || (secured ? 'required' : 'none'),
    ...(isSet('FOREBAY_CLICKHOUSE_URL') && !isSet('FOREBAY_SERVING_LOG_CLICKHOUSE_URL')
      ? { FOREBAY_SERVING_LOG_CLICKHOUSE_URL: environment.FOREBAY_CLICKHOUSE_URL }
      : {}),
  };
}

function groupOf(started: readonly RunningService[]): RunningServices {
  let stopping: Promise<void> | null = null;
  const stop = async () => {
    for (const name of STOP_ORDER) await started.find((service) => service.name === name)?.stop();
  };
  return {
    services: Object.fromEntries(started.map((service) => [service.name, service])),
    ports: Object.fromEntries(started.map((service) => [service.name, service.ports])),
    failed: new Promise((resolve) => {
      for (const service of started) {
        void service.ended.then((end) => {
          if (stopping === null) resolve(service.failure(end));
        });
      }
    }),
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}
