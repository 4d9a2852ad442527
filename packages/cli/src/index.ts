export { publishedRegistry } from './applied-registry';
export { type AppliedProject, type ApplyProjectOptions, applyProject } from './apply-project';
export { loadProject } from './definition-file';
export { EXIT, type ExitCode } from './exit-codes';
export { type LoadedIntoSource, type LoadIntoSourceOptions, loadIntoSource } from './load-into-source';
export { main, type Streams } from './main';
export {
  chooseViews,
  type MaterializedView,
  type QueuedRun,
  queueRuns,
  waitForRuns,
} from './materialize-views';
export { type PushResult, pushEvents } from './push-events';
export { Servers } from './servers';
export { RunningService, type ServiceEnd, type ServiceProcessOptions } from './services/running-service';
export { SERVICE_NAMES, type ServiceName } from './services/service-program';
export { type RunningServices, type StartServicesOptions, startServices } from './services/start-services';
export { CLI_SETTINGS, type CliConfiguration, readCliConfiguration } from './settings';
export { type InstallationStatus, readStatus } from './status/read-status';
