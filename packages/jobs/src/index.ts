export type {
  ChunkContext,
  ChunkOutcome,
  Finish,
  JobHandler,
  JobHandlers,
  StepContext,
} from './job-handler';
export {
  isJobKind,
  JOB_KINDS,
  type JobKind,
  KINDS,
  type Payload,
  type PayloadInput,
  type Plan,
  type Result,
  type ResultInput,
  viewTarget,
} from './job-kinds';
export type { JobOutbox } from './job-outbox';
export { type JobDetails, type JobHandle, JobQueue, type JobReference, type WaitOptions } from './job-queue';
export type { JobSchedule, ScheduleStatus } from './job-schedules';
export { isEnded, JOB_STATES, type JobState, type JobSummary } from './job-summary';
export { JobWorkers, type JobWorkersOptions } from './job-workers';
export { checkQueueServer, type QueueServer } from './queue-connection';
export { type ChunkProgress, PHASES, type Phase, type RunProgress } from './run-progress';
export type { ChunkResult } from './run-state';
export type { JobEvents, Outcome, Takeover } from './worker-terms';
