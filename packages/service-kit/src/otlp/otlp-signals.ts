/** What can be sent to a collector, each to the path of its name: `/v1/traces`, `/v1/metrics`, `/v1/logs`. */
export const OTLP_SIGNALS = ['traces', 'metrics', 'logs'] as const;
export type OtlpSignal = (typeof OTLP_SIGNALS)[number];
