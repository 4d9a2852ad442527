import type { RegistrySnapshot } from '@forebay/definitions';
import type { JobQueue, JobSchedule } from '@forebay/jobs';

const RETRY_MS = 5_000;

/** The views that run by themselves. */
export function schedulesOf(snapshot: RegistrySnapshot): JobSchedule[] {
  return snapshot.projects.flatMap((project) => [
    ...project.tableViews.map(({ name, version, schedule }) => {
      const view = { project: project.name, view: name, version };
      return { ...view, everyMs: schedule.intervalMs, offsetMs: schedule.waitMs };
    }),
    ...project.aggregationViews.flatMap(({ name, version, batch, schedule }): JobSchedule[] => {
      const view = { project: project.name, view: name, version };
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
        await this.queue.setSchedules(schedulesOf(snapshot));
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
