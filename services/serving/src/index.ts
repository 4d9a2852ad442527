export { AppliedRegistry } from './registry/applied-registry';
export { entityKeysOf } from './request/entity-keys';
export { type OnlineFeaturesRequest, readOnlineFeaturesRequest } from './request/online-features-request';
export { requestDataOf } from './request/request-data';
export { SERVING_SETTINGS, type ServingConfiguration } from './settings';
export { type RunningServing, type ServingDependencies, startServing } from './start-serving';
