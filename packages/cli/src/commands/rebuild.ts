import { ForebayError, formatInstant } from '@forebay/contract';
import { definitionName, type Project } from '@forebay/definitions';
import type { JobHandle } from '@forebay/jobs';
import type { RebuildState } from '@forebay/online-store';
import { chooseProject, recordedRegistry } from '../applied-registry';
import { publishSnapshot } from '../apply-project';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { jobName } from '../job-text';
import type { MaterializableView, MaterializedView } from '../materialize-views';
import { readableCount, readableDuration } from '../readable';
import {
  beginRebuilds,
  chooseRebuilt,
  type RebuiltStream,
  type ViewsToRebuild,
  waitForStream,
} from '../rebuild-views';
import { userName } from '../user-name';

export interface RebuildOptions {
  readonly project?: string;
  readonly source?: string;
  readonly all?: boolean;
  readonly wait: boolean;
  readonly timeout?: number;
}

const DEFAULT_TIMEOUT_MS = 600_000;
/** A stream service takes a request up within a second or two. */
const WAITED_FOR_SERVICE_MS = 10_000;

export async function rebuildCommand(
  { servers, output }: CommandContext,
  views: readonly string[],
  options: RebuildOptions,
): Promise<ExitCode> {
  const startedMs = Date.now();
  const snapshot = await recordedRegistry(servers);
  if (snapshot === null)
    throw new ForebayError('failed_precondition', 'nothing is applied yet: run "forebay apply FILE" first');
  const project = chooseProject(snapshot, options.project);
  const chosen = chooseRebuilt(snapshot, project, {
    views,
    source: options.source ?? null,
    all: options.all ?? false,
  });
  if (await publishSnapshot(servers, snapshot)) output.note('redis had lost the registry, and has it again');
  // the values are DEGRADED from now on, whether the batch service runs or not
  await beginRebuilds(servers, chosen);
  const job = await queueRebuild({ servers, output }, project, chosen);
  if (!options.wait) {
    const requested = namesOf(chosen);
    const name = job === null ? null : jobName(job);
    output.result(
      { requested, job: name },
      requested.map((view) => `${view}: its rebuild is requested`).join('\n'),
    );
    return EXIT.ok;
  }
  const waitedFor = chosen.materialized.length === 0 ? null : job;
  return report(output, await finish({ servers, output }, chosen, waitedFor, options), startedMs);
}

/** The job that sees to it. Without batch values the stream service does all of it, and the job only measures: null if there is no queue. */
async function queueRebuild(
  { servers, output }: Pick<CommandContext, 'servers' | 'output'>,
  project: Project,
  chosen: ViewsToRebuild,
): Promise<JobHandle<'rebuild'> | null> {
  const needsRuns = chosen.materialized.length > 0;
  try {
    const queue = await servers.queue();
    const job = await queue.add('rebuild', {
      project: project.name,
      views: viewsOf(chosen).map(({ name: view, version }) => ({ view, version })),
      requested_by: userName(),
      begun: true,
    });
    if (needsRuns && (await queue.workers()) === 0)
      output.warning(
        'no worker is connected to the queue: start the batch service, which computes batch values',
      );
    return job;
  } catch (thrown) {
    const error = ForebayError.from(thrown);
    if (needsRuns || error.reason !== 'unavailable') throw error;
    output.warning(`${error.message}; the stream service makes the values anew without it`);
    return null;
  }
}

function viewsOf({ streamed, materialized }: ViewsToRebuild): MaterializableView[] {
  return [...new Set([...streamed.map(({ view }) => view), ...materialized])];
}

function namesOf(chosen: ViewsToRebuild): string[] {
  return viewsOf(chosen).map(definitionName);
}

type RebuiltBatch = Extract<MaterializedView, { readonly state: 'done' }>;

interface Finished {
  readonly streams: readonly RebuiltStream[];
  readonly batches: readonly RebuiltBatch[];
  readonly failures: readonly ForebayError[];
}

/** Waits for everything; what fails does not end the waiting for the others. */
async function finish(
  { servers, output }: Pick<CommandContext, 'servers' | 'output'>,
  { streamed }: ViewsToRebuild,
  job: JobHandle<'rebuild'> | null,
  options: RebuildOptions,
): Promise<Finished> {
  const timeoutMs = options.timeout ?? DEFAULT_TIMEOUT_MS;
  const steps = new Steps(output);
  const waiting = streamed.map(({ view, source }) =>
    waitForStream(servers, view, source, {
      timeoutMs,
      clock: Date.now,
      onState: (state) => steps.note(definitionName(view), state),
    }),
  );
  const [outcomes, [batches]] = await Promise.all([
    Promise.allSettled(waiting),
    Promise.allSettled([batchesOf(job, timeoutMs)]),
  ]);
  const all = [...outcomes, batches];
  return {
    streams: outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])),
    failures: all.flatMap((outcome) =>
      outcome.status === 'rejected' ? [ForebayError.from(outcome.reason)] : [],
    ),
    batches: batches.status === 'fulfilled' ? batches.value : [],
  };
}

async function batchesOf(job: JobHandle<'rebuild'> | null, timeoutMs: number): Promise<RebuiltBatch[]> {
  if (job === null) return [];
  const { batches } = await job.finished({ timeoutMs });
  return batches.flatMap(({ view, result }) => (result === null ? [] : [{ view, state: 'done', ...result }]));
}

/** Says each step of a view once, when it begins. */
class Steps {
  readonly #last = new Map<string, string>();
  readonly #startedMs = Date.now();
  #warned = false;

  constructor(private readonly output: CommandContext['output']) {}

  note(view: string, { step, left }: RebuildState): void {
    const elapsedMs = Date.now() - this.#startedMs;
    if (step === 'waiting' && elapsedMs > WAITED_FOR_SERVICE_MS && !this.#warned) {
      this.#warned = true;
      this.output.warning('nobody has begun to read yet: start the stream service, or look into its log');
    }
    if (this.#last.get(view) === step) return;
    this.#last.set(view, step);
    const at = readableDuration(elapsedMs).padStart(8);
    const records = left === null || left === 0 ? '' : `, ${readableCount(left)} records to read`;
    this.output.note(`${at}  ${view}: ${STEPS[step]}${records}`);
  }
}

const STEPS = {
  waiting: 'its stream values are removed',
  reading: 'its events are read again',
  joining: 'it has caught up, and joins the reading of its source',
  done: 'its stream values are complete',
} as const satisfies Record<RebuildState['step'], string>;

function report(
  output: CommandContext['output'],
  { streams, batches, failures }: Finished,
  startedMs: number,
): ExitCode {
  const seconds = (Date.now() - startedMs) / 1_000;
  const rows = [
    ...streams.map(({ view, seconds: took, complete_since_ms: sinceMs }) => [
      view,
      'stream',
      sinceMs === null ? 'complete' : `complete since ${formatInstant(sinceMs)}`,
      took.toFixed(1),
    ]),
    ...batches.map((batch) => [
      batch.view,
      'batch',
      `cut ${formatInstant(batch.cut_ms)}`,
      (batch.duration_ms / 1_000).toFixed(1),
    ]),
  ];
  const table = output.table(['view', 'values', 'which are', 'seconds'], rows);
  output.result({ streams, batches, seconds }, `${table}\nin ${seconds.toFixed(1)} s`);
  for (const failure of failures) output.error(failure);
  return failures.length > 0 ? EXIT.failure : EXIT.ok;
}
