import { userInfo } from 'node:os';
import { ForebayError, formatInstant } from '@forebay/contract';
import { definitionName } from '@forebay/definitions';
import { createMetaTables } from '@forebay/offline-store';
import { chooseProject, recordedRegistry } from '../applied-registry';
import { publishSnapshot } from '../apply-project';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { type MaterializedView, type QueuedRun, queueRuns, waitForRuns } from '../materialize-views';
import { readableCount, readableDuration } from '../readable';
import {
  chooseRebuilt,
  type RebuildState,
  type RebuiltStream,
  requestRebuild,
  type ViewsToRebuild,
  waitForStream,
} from '../rebuild-views';

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
  await createMetaTables(await servers.offline());
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
  await requestRebuild(servers, chosen);
  const queue = chosen.materialized.length === 0 ? null : await servers.queue();
  const terms = { cutMs: null, full: true, requestedBy: userInfo().username };
  const runs = queue === null ? [] : await queueRuns(queue, project, chosen.materialized, terms);
  if (queue !== null && (await queue.workers()) === 0)
    output.warning(
      'no worker is connected to the queue: start the batch service, which computes batch values',
    );
  if (!options.wait) {
    const requested = namesOf(chosen);
    output.result({ requested }, requested.map((view) => `${view}: its rebuild is requested`).join('\n'));
    return EXIT.ok;
  }
  return report(output, await finish({ servers, output }, chosen, runs, options), startedMs);
}

function namesOf({ streamed, materialized }: ViewsToRebuild): string[] {
  return [...new Set([...streamed.map(({ view }) => view), ...materialized])].map(definitionName);
}

interface Finished {
  readonly streams: readonly RebuiltStream[];
  readonly batches: readonly MaterializedView[];
  readonly failures: readonly ForebayError[];
}

/** Waits for everything; what fails does not end the waiting for the others. */
async function finish(
  { servers, output }: Pick<CommandContext, 'servers' | 'output'>,
  { streamed }: ViewsToRebuild,
  runs: readonly QueuedRun[],
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
  const [outcomes, batches] = await Promise.all([
    Promise.allSettled(waiting),
    waitForRuns(runs, { timeoutMs }),
  ]);
  return {
    streams: outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])),
    failures: outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [ForebayError.from(outcome.reason)] : [],
    ),
    batches,
  };
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
    ...batches.flatMap((batch) =>
      batch.state === 'failed'
        ? []
        : [
            [
              batch.view,
              'batch',
              `cut ${formatInstant(batch.cut_ms)}`,
              (batch.duration_ms / 1_000).toFixed(1),
            ],
          ],
    ),
  ];
  const table = output.table(['view', 'values', 'which are', 'seconds'], rows);
  output.result({ streams, batches, seconds }, `${table}\nin ${seconds.toFixed(1)} s`);
  for (const failure of failures) output.error(failure);
  for (const batch of batches)
    if (batch.state === 'failed')
      output.error({ reason: 'internal', message: `materializing view "${batch.view}": ${batch.error}` });
  const failed = failures.length > 0 || batches.some(({ state }) => state === 'failed');
  return failed ? EXIT.failure : EXIT.ok;
}
