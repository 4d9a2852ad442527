import { type OfflineStore, type Run, recordRun } from '@forebay/offline-store';

export interface RunLogDependencies {
  readonly offline: OfflineStore;
  readonly clock: () => number;
  /** Told when a run's state could not be recorded; the run goes on. */
  readonly onUnrecorded: (error: unknown) => void;
}

/** What a run has decided. */
export type DecidedRun = Pick<Run, 'cutMs' | 'chunks'>;

/** The run as people see it later; a run does not fail for not being recorded. */
export class RunLog {
  /** @param view `project.name@version` */
  constructor(
    private readonly dependencies: RunLogDependencies,
    private readonly view: string,
    private readonly run: string,
    private readonly qMs: number,
  ) {}

  async record(state: Run['state'], decided: DecidedRun | null, values: number, detail = ''): Promise<void> {
    const { offline, clock, onUnrecorded } = this.dependencies;
    await recordRun(offline, {
      run: this.run,
      kind: 'materialize',
      view: this.view,
      state,
      cutMs: decided?.cutMs ?? null,
      qMs: this.qMs,
      values,
      chunks: decided?.chunks ?? 0,
      startedAtMs: this.qMs,
      changedAtMs: clock(),
      detail,
    }).catch(onUnrecorded);
  }
}
