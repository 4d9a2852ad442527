export {
  type JobSummary,
  type MaterializeHandle,
  type MaterializeProgress,
  MaterializeQueue,
  type MaterializeSchedule,
} from './materialize-queue';
export { MaterializeWorker, type MaterializeWorkerOptions, type Takeover } from './materialize-worker';
export { checkQueueServer, type QueueServer } from './queue-connection';
