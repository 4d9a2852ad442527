export {
  type AccessEntry,
  type AccessFile,
  type CertificateEntry,
  type CertificateIdentity,
  DEFAULT_TENANT,
  identityText,
  ONE_TENANT,
  parseAccessFile,
  type TokenEntry,
  tokenEntryText,
} from './access/access-file';
export { isCredentialName } from './access/access-file-shape';
export { isAccessToken, newAccessToken, tokenHash } from './access/access-token';
export { ANY, type Grant, grantText, type Permission, parseGrant, requireGrant } from './access/grant';
export {
  COMMON_SETTINGS,
  KAFKA_SECURITY_SETTINGS,
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFormat,
  type LogLevel,
  OBJECT_STORE_SETTINGS,
  SCHEMA_REGISTRY_SETTINGS,
  SERVER_SETTINGS,
} from './common-settings';
export {
  type ConfigurationOptions,
  type Environment,
  printableConfiguration,
  readConfiguration,
} from './configuration';
export { configurationReference, type SettingsGroup } from './configuration-reference';
export { type ConnectOptions, connectWithRetry, type RetryLog } from './connect-with-retry';
export { type ArmedFault, endProcess, FaultPoints, faultPointSetting } from './fault-points';
export { type FileContents, WatchedFiles, type WatchedFilesOptions } from './files/watched-files';
export type { BoundHistogram, Histogram } from './histograms';
export { type BoundCounter, type Counter, type Gauge, Instruments } from './instruments';
export {
  LINEAGE_PATIENCE,
  LineageDelivery,
  type LineageDeliveryOptions,
  type LineageOutcome,
  type LineagePatience,
} from './lineage/lineage-delivery';
export { lineageOptions } from './lineage/lineage-options';
export { lineagePlaces } from './lineage/lineage-place';
export { LineageSender, lineageRunId, MAX_LINEAGE_WAITING, pause } from './lineage/lineage-sender';
export { LINEAGE_SETTINGS } from './lineage/lineage-settings';
export { type LineageEventType, type RunEventTerms, runEvent } from './lineage/run-event';
export { createLogger, type Logger, type LoggerOptions } from './logger';
export { maskPasswords, maskSecrets } from './mask';
export type { AcrossProcesses, MetricDefinition } from './metric-definition';
export {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type Labels,
  METRICS,
  type MetricName,
  prometheusName,
} from './metrics';
export { metricsReference } from './metrics-reference';
export { nearestName } from './nearest-name';
export { LogOutbox } from './otlp/log-outbox';
export { type ComponentReadiness, Readiness, type ReadinessHandle, type ReadinessStatus } from './readiness';
export {
  asReadyAnnouncement,
  type Ports,
  parseReadyLine,
  type ReadyAnnouncement,
} from './ready-announcement';
export { runService, type Service, type ServiceOptions } from './run-service';
export {
  booleanSetting,
  type Configuration,
  choiceSetting,
  countOrAutoSetting,
  durationSetting,
  integerSetting,
  listSetting,
  numberSetting,
  portSetting,
  type Setting,
  type SettingOptions,
  type Settings,
  serversSetting,
  textSetting,
  urlSetting,
  type VariableName,
} from './setting';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry';
export { createHttpServer } from './tls/http-server';
export { type KafkaSecurity, readKafkaSecurity } from './tls/kafka-security';
export { ServerTls, type ServerTlsOptions } from './tls/server-tls';
export {
  beginClientSpan,
  chooseTrace,
  inCallersTrace,
  inChosenTrace,
  inSpan,
  inTraceOf,
  linkOf,
  type Span,
  type SpanTerms,
  type TraceHeaders,
  traceHeaders,
  tracingIsOn,
} from './tracing';
