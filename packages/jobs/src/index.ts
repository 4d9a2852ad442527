export {
  type JobSummary,
  type MaterializeHandle,
  type MaterializeProgress,
  MaterializeQueue,
  MaterializeWorker,
  type MaterializeWorkerOptions,
} from './materialize-queue';
export { checkQueueServer, type QueueServer } from './queue-connection';
