import { type AggregationView, type Project, type RegistrySnapshot, sourceOf } from '@forebay/definitions';
import type { JobQueue, JobSchedule } from '@forebay/jobs';

const RETRY_MS = 5_000;

/** What comes by itself. @param verifyEveryMs 0: nothing is verified unless it is asked for */
export function schedulesOf(snapshot: RegistrySnapshot, verifyEveryMs: number): JobSchedule[] {
  const verifies =
    verifyEveryMs === 0
      ? []
      : [...verifiesOf(snapshot, verifyEveryMs), ...servedLogsOf(snapshot, verifyEveryMs)];
  return [...runsOf(snapshot), ...verifies];
}

/** In the middle between what begins at multiples of the interval. */
function verifiesOf(snapshot: RegistrySnapshot, everyMs: number): JobSchedule[] {
  const times = { kind: 'verify', everyMs, offsetMs: Math.floor(everyMs / 2) } as const;
  return snapshot.projects.flatMap((project) =>
    [...project.aggregationViews.filter((view) => isVerifiable(project, view)), ...project.tableViews].map(
      ({ name, version }) => ({ ...times, project: project.name, view: name, version }),
    ),
  );
}

/** What was served since the time before. */
function servedLogsOf(snapshot: RegistrySnapshot, everyMs: number): JobSchedule[] {
  return snapshot.projects.map(({ name }) => ({
    kind: 'verify_served',
    project: name,
    span_ms: everyMs,
    everyMs,
    offsetMs: Math.floor(everyMs / 4),
  }));
}

/** Values of a stream of pairs do not say which pairs are in them. */
function isVerifiable(project: Project, view: AggregationView): boolean {
  return view.stream === null || sourceOf(project, view).pairing === undefined;
}

function runsOf(snapshot: RegistrySnapshot): JobSchedule[] {
  const kind = 'materialize';
  return snapshot.projects.flatMap((project) => [
    ...project.tableViews.map(({ name, version, schedule }) => {
      const view = { kind, project: project.name, view: name, version } as const;
      return { ...view, everyMs: schedule.intervalMs, offsetMs: schedule.waitMs };
    }),
    ...project.aggregationViews.flatMap(({ name, version, batch, schedule }): JobSchedule[] => {
      const view = { kind, project: project.name, view: name, version } as const;
      if (schedule !== null) return [{ ...view, everyMs: schedule.intervalMs, offsetMs: schedule.waitMs }];
      const everyMs = batch?.intervalMs ?? null;
      return everyMs === null ? [] : [{ ...view, everyMs, offsetMs: null, cron: batch?.cron ?? null }];
    }),
  ]);
}

/** Keeps the queue's schedules those of the newest registry; while the queue does not answer, it tries again. */
export class Schedules {
  #wanted: RegistrySnapshot | null = null;
  #applying: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(
    private readonly queue: JobQueue,
    private readonly verifyEveryMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  apply(snapshot: RegistrySnapshot): void {
    this.#wanted = snapshot;
    this.#applying ??= this.#applyWanted().finally(() => {
      this.#applying = null;
    });
  }

  async #applyWanted(): Promise<void> {
    while (this.#wanted !== null && !this.#closed) {
      const snapshot = this.#wanted;
      this.#wanted = null;
      try {
        await this.queue.setSchedules(schedulesOf(snapshot, this.verifyEveryMs));
      } catch (error) {
        this.onError(error);
        this.#wanted ??= snapshot;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          this.#timer = setTimeout(resolve, RETRY_MS);
        });
      }
    }
  }

  #wake: () => void = () => undefined;

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#wake();
    await this.#applying;
  }
}
