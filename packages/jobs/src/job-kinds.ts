import { DAY_MS, HOUR_MS, type Message, type MessageInput, type MessageName } from '@forebay/contract';

interface KindTerms {
  /** The messages of the contract. */
  readonly payload: MessageName;
  readonly plan: MessageName;
  readonly result: MessageName;
  /** Chunks of a smaller number go first; 0 before all others. */
  readonly priority: number;
  /** A run that takes longer hangs, or is better cut into several. */
  readonly timeLimitMs: number;
}

/** The closed set of kinds of jobs: each has a queue of its name. */
export const JOB_KINDS = {
  materialize: {
    payload: 'MaterializeJob',
    plan: 'MaterializePlan',
    result: 'MaterializeResult',
    priority: 0,
    timeLimitMs: 6 * HOUR_MS,
  },
  backfill: {
    payload: 'BackfillJob',
    plan: 'BackfillPlan',
    result: 'BackfillResult',
    // runs of materialize, which keep values from growing old, are not held up by it
    priority: 1,
    timeLimitMs: 3 * DAY_MS,
  },
  rebuild: {
    payload: 'RebuildJob',
    plan: 'RebuildPlan',
    result: 'RebuildResult',
    priority: 0,
    timeLimitMs: DAY_MS,
  },
  training_set: {
    payload: 'TrainingSetJob',
    plan: 'TrainingSetPlan',
    result: 'TrainingSetResult',
    priority: 2,
    timeLimitMs: DAY_MS,
  },
  verify: {
    payload: 'VerifyJob',
    plan: 'VerifyPlan',
    result: 'VerifyResult',
    // after what makes values
    priority: 10,
    timeLimitMs: 6 * HOUR_MS,
  },
  verify_served: {
    payload: 'VerifyServedJob',
    plan: 'VerifyServedPlan',
    result: 'VerifyServedResult',
    priority: 10,
    timeLimitMs: 6 * HOUR_MS,
  },
  profile: {
    payload: 'ProfileJob',
    plan: 'ProfilePlan',
    result: 'ProfileResult',
    priority: 20,
    timeLimitMs: 6 * HOUR_MS,
  },
  erase: {
    payload: 'EraseJob',
    plan: 'ErasePlan',
    result: 'EraseResult',
    priority: 0,
    timeLimitMs: DAY_MS,
  },
  retire: {
    payload: 'RetireJob',
    plan: 'RetirePlan',
    result: 'RetireResult',
    priority: 20,
    timeLimitMs: DAY_MS,
  },
} as const satisfies Record<string, KindTerms>;

export type JobKind = keyof typeof JOB_KINDS;
export type Payload<K extends JobKind> = Message<(typeof JOB_KINDS)[K]['payload']>;
export type PayloadInput<K extends JobKind> = MessageInput<(typeof JOB_KINDS)[K]['payload']>;
export type Plan<K extends JobKind> = Message<(typeof JOB_KINDS)[K]['plan']>;
export type Result<K extends JobKind> = Message<(typeof JOB_KINDS)[K]['result']>;
export type ResultInput<K extends JobKind> = MessageInput<(typeof JOB_KINDS)[K]['result']>;

export const KINDS = Object.keys(JOB_KINDS) as JobKind[];

/** The queue of the chunks of all kinds. */
export const CHUNKS_QUEUE = 'chunks';

export function isJobKind(text: string): text is JobKind {
  return Object.hasOwn(JOB_KINDS, text);
}

/** What at most one job of a kind works on at a time: views, as `project.view@version`; of a training set its directory, of a profile its name. */
export function targetsOf<K extends JobKind>(kind: K, payload: Payload<K>): string[] {
  return TARGETS[kind](payload);
}

const TARGETS: { readonly [K in JobKind]: (payload: Payload<K>) => string[] } = {
  materialize: (payload) => [viewTarget(payload)],
  verify: (payload) => [viewTarget(payload)],
  backfill: viewTargets,
  rebuild: viewTargets,
  training_set: ({ project, out }) => [`${project}: ${out}`],
  verify_served: ({ project }) => [`${project}: served log`],
  // by what it keeps: two that keep the same profile would count as one
  // one after the other: each waits for mutations of the same tables
  erase: ({ project, entity }) => [`${project}: ${entity}`],
  retire: (payload) => [viewTarget(payload)],
  profile: ({ project, interval }) => [`${project}: ${interval?.profile ?? ''}`],
};

function viewTargets({
  project,
  views,
}: {
  readonly project: string;
  readonly views: readonly Message<'ViewName'>[];
}): string[] {
  return [...new Set(views.map(({ view, version }) => viewTarget({ project, view, version })))].sort();
}

/** `project.view@version`. */
export function viewTarget({
  project,
  view,
  version,
}: {
  readonly project: string;
  readonly view: string;
  readonly version: number;
}): string {
  return `${project}.${view}@${version}`;
}
