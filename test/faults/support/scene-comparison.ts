/** What a scene's values and archive are, beside what they must be. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Installation } from '../../support/installation';
import { describeWrong, type Fields } from '../../support/truth';
import { compareArchive } from './archive-comparison';

/** Between two looks at everything: the plain recomputation is slow on purpose. */
const LOOK_EVERY_MS = 300;
const SHOWN_RECORDS = 8;

export interface Comparison {
  readonly values: number;
  readonly archived: number;
  /** Values that are not the oracle's, and records that the archive has not exactly once. */
  readonly differences: number;
  /** The first of them. */
  readonly told: readonly string[];
}

interface ComparedValues {
  readonly compared: number;
  readonly differences: number;
  readonly told: readonly string[];
}

export interface Look {
  /** Of all values those that claim to be exact and are not, those that are DEGRADED, and the others, which are right. */
  readonly falselyExact: number;
  readonly degraded: number;
  readonly exact: number;
  /** Not what they must be: falsely exact, or DEGRADED without a reason in the events. */
  readonly wrong: number;
  /** The first of the false ones. */
  readonly told: string;
}

export class SceneComparison {
  /** @param sent by position, the fields of each record that is an event; may grow */
  constructor(
    private readonly installation: Installation,
    private readonly sent: ReadonlyMap<string, Fields>,
  ) {}

  exact(deadlineMs: number): Promise<Comparison> {
    return this.#until(deadlineMs, () => this.#values());
  }

  degraded(deadlineMs: number): Promise<Comparison> {
    return this.#until(deadlineMs, async () => {
      const { falselyExact, degraded, exact, told } = await this.look();
      return { compared: falselyExact + degraded + exact, differences: falselyExact, told: [told] };
    });
  }

  /** What cannot be read yet, as a server is on its way back, is asked again, too. */
  async #until(deadlineMs: number, compareValues: () => Promise<ComparedValues>): Promise<Comparison> {
    const endsAt = performance.now() + deadlineMs;
    for (;;) {
      try {
        const values = await compareValues();
        const archive = await compareArchive(this.installation, this.sent);
        const differences = values.differences + archive.differences.length;
        if (differences === 0 || performance.now() > endsAt) {
          const told = [...values.told, ...archive.differences.slice(0, SHOWN_RECORDS)];
          return { values: values.compared, archived: archive.compared, differences, told };
        }
      } catch (error) {
        if (performance.now() > endsAt) throw error;
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  async #values(): Promise<ComparedValues> {
    const { project, truth } = this.installation;
    let compared = 0;
    let differences = 0;
    const told: string[] = [];
    for (const view of project.aggregationViews) {
      const wrong = await this.installation.wrong(view);
      compared += truth.keys(project, view).length * view.features.length;
      differences += wrong.length;
      if (wrong.length > 0) told.push(`view ${view.name}: ${describeWrong(wrong)}`);
    }
    return { compared, differences, told };
  }

  async look(): Promise<Look> {
    const look = { falselyExact: 0, degraded: 0, exact: 0, wrong: 0, told: '' };
    const { project, truth } = this.installation;
    for (const view of project.aggregationViews) {
      const keys = truth.keys(project, view);
      const answer = await this.installation.read(view, keys);
      const wrong = truth.wrong(view, keys, answer);
      const claimed = wrong.filter(({ status }) => status !== 'DEGRADED');
      const degraded = keys
        .flatMap((_, row) => answer.columns.map((_column, i) => answer.status(row, i)))
        .filter((status) => status === 'DEGRADED').length;
      look.wrong += wrong.length;
      look.falselyExact += claimed.length;
      look.degraded += degraded;
      look.exact += keys.length * view.features.length - claimed.length - degraded;
      if (claimed.length > 0) look.told += describeWrong(claimed);
    }
    return look;
  }

  watch(): { end(): Promise<void> } {
    let isOn = true;
    let reads = 0;
    const watching = (async () => {
      while (isOn) {
        // what cannot be read is no wrong value
        const look = await this.look().catch(() => null);
        if (look === null) continue;
        reads++;
        if (look.falselyExact > 0) throw new Error(`while it was watched: ${look.told}`);
      }
    })();
    watching.catch(() => undefined);
    return {
      end: async () => {
        isOn = false;
        await watching;
        if (reads === 0) throw new Error('nothing was read while it was watched');
      },
    };
  }
}
