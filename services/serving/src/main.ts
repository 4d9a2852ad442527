import { availableParallelism } from 'node:os';
import { runService } from '@forebay/service-kit';
import { SERVING_SETTINGS, servingConflicts } from './settings';
import { startServing } from './start-serving';

void runService({
  name: 'serving',
  environment: process.env,
  settings: SERVING_SETTINGS,
  conflicts: servingConflicts,
  processes: ({ processes }) => (processes === 'auto' ? availableParallelism() : processes),
  start: async (service) => {
    const { configuration, logger, instruments, readiness, component } = service;
    const { port, feastHttpPort } = await startServing(configuration, {
      logger,
      instruments,
      readiness,
      clock: Date.now,
      startupDeadlineMs: configuration.startupDeadlineMs,
      component,
    });
    return { grpc: port, ...(feastHttpPort === null ? {} : { feast: feastHttpPort }) };
  },
});
