export { SERVING_SETTINGS, type ServingConfiguration } from './settings';
export { type RunningServing, type ServingDependencies, startServing } from './start-serving';
