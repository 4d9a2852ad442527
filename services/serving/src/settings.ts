import {
  type Configuration,
  choiceSetting,
  countOrAutoSetting,
  durationSetting,
  integerSetting,
  portSetting,
  SERVER_SETTINGS,
  textSetting,
} from '@forebay/service-kit';
import { DEGRADED_AS } from './feast/statuses';
import {
  SECURITY_SETTINGS,
  type SecurityConfiguration,
  securityConflicts,
} from './security/security-settings';
import { LOG_SETTINGS } from './served-log/log-settings';

/** What the serving service has beyond the settings of every service. */
export const SERVING_SETTINGS = {
  redisUrl: SERVER_SETTINGS.redisUrl,
  host: textSetting({
    env: 'FOREBAY_SERVING_HOST',
    pattern: /^[A-Za-z0-9_.:-]+$/,
    allowed: 'a host name or an IP address',
    default: '127.0.0.1',
    description: 'The address that gRPC is served on; 0.0.0.0 for all.',
  }),
  port: portSetting({
    env: 'FOREBAY_SERVING_PORT',
    default: '50051',
    description: 'The port that gRPC is served on; 0 takes a free one, which the log tells.',
  }),
  ...SECURITY_SETTINGS,
  feastHttpPort: portSetting({
    env: 'FOREBAY_SERVING_FEAST_HTTP_PORT',
    optional: true,
    description:
      "The port that `POST /get-online-features` is served on for clients of Feast's Python server, such as 6566, which is Feast's; 0 takes a free one, unset serves none. On FOREBAY_SERVING_HOST.",
  }),
  feastProject: textSetting({
    env: 'FOREBAY_SERVING_FEAST_PROJECT',
    optional: true,
    pattern: /^[a-z][a-z0-9_]{0,62}$/,
    allowed: 'the name of a project',
    description:
      'The project of requests of Feast clients, which name none; unset: the only project that there is.',
  }),
  feastDegradedAs: choiceSetting({
    env: 'FOREBAY_SERVING_FEAST_DEGRADED_AS',
    choices: DEGRADED_AS,
    default: 'present',
    description:
      'What a DEGRADED value is to a client of Feast, which has no such status: `present` gives the value, `outside_max_age` gives null.',
  }),
  processes: countOrAutoSetting({
    env: 'FOREBAY_SERVING_PROCESSES',
    max: 256,
    default: '1',
    description:
      'Processes that answer on the one port, each with connections to Redis of its own; `auto` is one for each core. Clients need several connections to reach all of them.',
  }),
  maxInFlight: integerSetting({
    env: 'FOREBAY_SERVING_MAX_IN_FLIGHT',
    min: 1,
    max: 100_000,
    default: '2000',
    description:
      'Calls that are worked on at a time; more are refused with RESOURCE_EXHAUSTED, and so are calls that would wait longer than 15 % of their time.',
  }),
  maxRows: integerSetting({
    env: 'FOREBAY_SERVING_MAX_ROWS',
    min: 1,
    max: 100_000,
    default: '1000',
    description: 'Entity rows that one call may ask for.',
  }),
  maxRequestBytes: integerSetting({
    env: 'FOREBAY_SERVING_MAX_REQUEST_BYTES',
    min: 1_024,
    max: 64 * 1_024 * 1_024,
    default: '4194304',
    description: 'Bytes of a request; larger ones are refused with RESOURCE_EXHAUSTED before they are read.',
  }),
  maxResponseBytes: integerSetting({
    env: 'FOREBAY_SERVING_MAX_RESPONSE_BYTES',
    min: 1_024,
    max: 256 * 1_024 * 1_024,
    default: '16777216',
    description:
      'Bytes of a response: by default 1,000 rows of 1,000 numbers and some room. Most clients take 4 MiB unless they are told otherwise.',
  }),
  maxConcurrentStreams: integerSetting({
    env: 'FOREBAY_SERVING_MAX_CONCURRENT_STREAMS',
    min: 1,
    max: 100_000,
    default: '250',
    description:
      'Calls that one connection may have open; what a client has beyond it waits at the client, where it costs the server nothing.',
  }),
  maxConnectionAgeMs: durationSetting({
    env: 'FOREBAY_SERVING_MAX_CONNECTION_AGE',
    minMs: 0,
    maxMs: 86_400_000,
    default: '10m',
    description:
      'After so long, 10 % more or less, a client is told to open another connection, so that load spreads over new servers; 0: never.',
  }),
  maxConnectionAgeGraceMs: durationSetting({
    env: 'FOREBAY_SERVING_MAX_CONNECTION_AGE_GRACE',
    minMs: 0,
    maxMs: 600_000,
    default: '10s',
    description: 'How long calls may take to finish on a connection that has come of age.',
  }),
  keepaliveEveryMs: durationSetting({
    env: 'FOREBAY_SERVING_KEEPALIVE_EVERY',
    minMs: 0,
    maxMs: 86_400_000,
    default: '1m',
    description:
      'How often the server asks a connection whether its client is still there; one that does not answer within 20 s is closed. 0: never.',
  }),
  defaultDeadlineMs: durationSetting({
    env: 'FOREBAY_SERVING_DEFAULT_DEADLINE',
    minMs: 1,
    maxMs: 600_000,
    default: '1s',
    description: 'How long a call may take whose caller sets no deadline.',
  }),
  drainDelayMs: durationSetting({
    env: 'FOREBAY_SERVING_DRAIN_DELAY',
    minMs: 0,
    maxMs: 600_000,
    default: '0s',
    description:
      'How long a service that stops goes on answering after it says NOT_SERVING, so that balancers notice; 5s where a balancer polls.',
  }),
  drainDeadlineMs: durationSetting({
    env: 'FOREBAY_SERVING_DRAIN_DEADLINE',
    minMs: 0,
    maxMs: 600_000,
    default: '10s',
    description: 'How long calls in flight may take to finish when the service stops.',
  }),
  ...LOG_SETTINGS,
};

export type ServingConfiguration = Configuration<typeof SERVING_SETTINGS>;

/** Facts between settings; each text is a mistake. */
export function servingConflicts(
  configuration: SecurityConfiguration & {
    readonly drainDelayMs: number;
    readonly drainDeadlineMs: number;
    readonly shutdownGraceMs: number;
    readonly logClickhouseUrl?: string | undefined;
    readonly logDrainDeadlineMs: number;
  },
): string[] {
  const { drainDelayMs, drainDeadlineMs, shutdownGraceMs } = configuration;
  const mistakes = securityConflicts(configuration);
  const logMs = configuration.logClickhouseUrl === undefined ? 0 : configuration.logDrainDeadlineMs;
  if (drainDelayMs + drainDeadlineMs + logMs >= shutdownGraceMs) {
    const parts = [
      `FOREBAY_SERVING_DRAIN_DELAY (${drainDelayMs} ms)`,
      `FOREBAY_SERVING_DRAIN_DEADLINE (${drainDeadlineMs} ms)`,
      ...(logMs === 0 ? [] : [`FOREBAY_SERVING_LOG_DRAIN_DEADLINE (${logMs} ms)`]),
    ].join(' and ');
    mistakes.push(`${parts} are together not shorter than FOREBAY_SHUTDOWN_GRACE (${shutdownGraceMs} ms)`);
  }
  return mistakes;
}
