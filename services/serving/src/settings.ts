import {
  type Configuration,
  durationSetting,
  integerSetting,
  portSetting,
  SERVER_SETTINGS,
  textSetting,
} from '@forebay/service-kit';

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
  maxInFlight: integerSetting({
    env: 'FOREBAY_SERVING_MAX_IN_FLIGHT',
    min: 1,
    max: 100_000,
    default: '2000',
    description: 'Calls that are worked on at a time; more are refused with RESOURCE_EXHAUSTED.',
  }),
  maxRows: integerSetting({
    env: 'FOREBAY_SERVING_MAX_ROWS',
    min: 1,
    max: 100_000,
    default: '1000',
    description: 'Entity rows that one call may ask for.',
  }),
  defaultDeadlineMs: durationSetting({
    env: 'FOREBAY_SERVING_DEFAULT_DEADLINE',
    minMs: 1,
    maxMs: 600_000,
    default: '1s',
    description: 'How long a call may take whose caller sets no deadline.',
  }),
  drainDeadlineMs: durationSetting({
    env: 'FOREBAY_SERVING_DRAIN_DEADLINE',
    minMs: 0,
    maxMs: 600_000,
    default: '10s',
    description: 'How long calls in flight may take to finish when the service stops.',
  }),
};

export type ServingConfiguration = Configuration<typeof SERVING_SETTINGS>;

/** Facts between settings; each text is a mistake. */
export function servingConflicts(configuration: {
  readonly drainDeadlineMs: number;
  readonly shutdownGraceMs: number;
}): string[] {
  const { drainDeadlineMs, shutdownGraceMs } = configuration;
  if (drainDeadlineMs < shutdownGraceMs) return [];
  return [
    `FOREBAY_SERVING_DRAIN_DEADLINE (${drainDeadlineMs} ms) is not shorter than FOREBAY_SHUTDOWN_GRACE (${shutdownGraceMs} ms)`,
  ];
}
