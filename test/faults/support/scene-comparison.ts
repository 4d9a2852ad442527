/** What a scene's values and archive are, beside what they must be. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { OnlineFeatures } from '@forebay/client';
import type { Value } from '@forebay/expressions';
import type { Installation, ReadView } from '../../support/installation';
import { wrongUpdates } from '../../support/output-topic';
import type { TableTruth } from '../../support/table-truth';
import { describeWrong, type Fields, type Truth, type Wrong } from '../../support/truth';
import { type ArchiveComparison, compareArchive } from './archive-comparison';
import type { SceneContent } from './content/content';

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

/** A view with all its entities. */
interface ComparedView {
  readonly view: ReadView;
  readonly keys: readonly Record<string, Value>[];
  readonly wrongOf: (answer: OnlineFeatures) => Wrong[];
}

const NOTHING: ComparedValues = { compared: 0, differences: 0, told: [] };

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
  /** For how long, at most, a value was DEGRADED that events alone do not make so, while it was watched; ms. */
  longestDegradedMs = 0;
  #isClosed = false;

  /** @param sent by name of the source and by position, the fields of each record that is an event; may grow */
  constructor(
    private readonly installation: Installation,
    private readonly content: SceneContent,
    private readonly sent: ReadonlyMap<string, ReadonlyMap<string, Fields>>,
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
        const archive = await this.#archive();
        const found = this.content.findings?.() ?? [];
        const differences = values.differences + archive.differences.length + found.length;
        if (differences === 0 || performance.now() > endsAt) {
          const shown = [archive.differences, found].flatMap((each) => each.slice(0, SHOWN_RECORDS));
          return {
            values: values.compared,
            archived: archive.compared,
            differences,
            told: [...values.told, ...shown],
          };
        }
      } catch (error) {
        if (performance.now() > endsAt) throw error;
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  async #archive(): Promise<ArchiveComparison> {
    const all = await Promise.all(
      this.installation.project.eventSources.map((source) =>
        compareArchive(this.installation, source, this.sent.get(source.name) ?? new Map()),
      ),
    );
    return {
      compared: all.reduce((sum, { compared }) => sum + compared, 0),
      differences: all.flatMap(({ differences }) => differences),
    };
  }

  async #values(): Promise<ComparedValues> {
    const truths = await this.content.truths();
    let compared = 0;
    let differences = 0;
    const told: string[] = [];
    for (const { view, keys, wrongOf } of this.#views(truths)) {
      const wrong = keys.length === 0 ? [] : wrongOf(await this.installation.read(view, keys));
      compared += keys.length * view.features.length;
      differences += wrong.length;
      if (wrong.length > 0) told.push(`view ${view.name}: ${describeWrong(wrong)}`);
    }
    const outputs = differences > 0 ? NOTHING : await this.#outputs(truths);
    return {
      compared: compared + outputs.compared,
      differences: differences + outputs.differences,
      told: [...told, ...outputs.told],
    };
  }

  /** What the last records of output topics say, as of their instants. Who sleeps while others take over writes beside them for a while. */
  async #outputs(truths: ReadonlyMap<string, Truth>): Promise<ComparedValues> {
    const { project } = this.installation;
    let compared = 0;
    let differences = 0;
    const told: string[] = [];
    for (const view of project.aggregationViews) {
      if (view.output === undefined) continue;
      const truth = truths.get(view.name) as Truth;
      const wrong = await wrongUpdates(this.installation, view, truth, { mayBeShared: true });
      compared += truth.keys(project, view).length * view.features.length;
      differences += wrong.length;
      if (wrong.length > 0) told.push(`output of view ${view.name}: ${describeWrong(wrong)}`);
    }
    return { compared, differences, told };
  }

  async look(): Promise<Look> {
    const look = { falselyExact: 0, degraded: 0, exact: 0, wrong: 0, told: '' };
    const truths = await this.content.truths();
    for (const { view, keys, wrongOf } of this.#views(truths)) {
      if (keys.length === 0) continue;
      const answer = await this.installation.read(view, keys);
      const wrong = wrongOf(answer);
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

  /** Whoever still watches stops: what it watched is gone. */
  close(): void {
    this.#isClosed = true;
  }

  #views(truths: ReadonlyMap<string, Truth>): ComparedView[] {
    const { project } = this.installation;
    const tables = this.content.tables?.() ?? new Map<string, TableTruth>();
    const ofTables = project.tableViews.map((view): ComparedView => {
      const truth = tables.get(view.name) as TableTruth;
      const keys = truth.keys(project, view);
      return { view, keys, wrongOf: (answer) => truth.wrong(view, keys, answer) };
    });
    const ofEvents = project.aggregationViews.map((view): ComparedView => {
      const truth = truths.get(view.name) as Truth;
      const keys = truth.keys(project, view);
      return { view, keys, wrongOf: (answer) => truth.wrong(view, keys, answer) };
    });
    return [...ofEvents, ...ofTables];
  }

  watch(): { end(): Promise<void> } {
    let isOn = true;
    let reads = 0;
    let failure: Error | null = null;
    let degradedSince: number | null = null;
    const told = ({ wrong, falselyExact }: Look) => {
      const now = performance.now();
      const isDegraded = wrong > falselyExact;
      if (isDegraded) degradedSince ??= now;
      if (degradedSince !== null)
        this.longestDegradedMs = Math.max(this.longestDegradedMs, now - degradedSince);
      if (!isDegraded) degradedSince = null;
    };
    const watching = (async () => {
      while (isOn && !this.#isClosed) {
        // what cannot be read is no wrong value
        const look = await this.look().catch((error: Error) => {
          failure = error;
          return null;
        });
        if (look === null) {
          await sleep(LOOK_EVERY_MS);
          continue;
        }
        reads++;
        told(look);
        if (look.falselyExact > 0) throw new Error(`while it was watched: ${look.told}`);
      }
    })();
    watching.catch(() => undefined);
    return {
      end: async () => {
        isOn = false;
        await watching;
        if (reads === 0) throw new Error('nothing was read while it was watched', { cause: failure });
      },
    };
  }
}
