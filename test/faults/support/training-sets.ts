/** Training sets that are made while faults take place: what the undisturbed one holds, and that another one is the same to the byte. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { JobHandle } from '@forebay/jobs';
import { stageRows } from '@forebay/training-set';
import { HOME_DIR, uniqueName } from '../../support/stack';
import { describeWrong } from '../../support/truth';
import type { Scene } from './scene';

const VIEW = 'by_user';
const ROWS = 1_800;
const ROWS_PER_FILE = 300;
/** Of the undisturbed one; the plain recomputation is slow on purpose. */
const COMPARED_EVERY = 5;
const MADE_WITHIN_MS = 120_000;
/** What the job keeps of itself. */
const OWN = '.run.json';

type SetRow = Readonly<Record<string, unknown>>;

export class TrainingSets {
  readonly #directory = mkdtempSync(join(HOME_DIR, 'tests', 'training-sets-'));
  #wanted: ReadonlyMap<string, string> = new Map();

  private constructor(private readonly scene: Scene) {
    scene.onClose(async () => rmSync(this.#directory, { recursive: true, force: true }));
  }

  /** Makes one with nothing in its way, and compares its values with the oracle's; a batch service has to run. */
  static async undisturbed(scene: Scene): Promise<TrainingSets> {
    const sets = new TrainingSets(scene);
    const out = sets.newDirectory();
    await (await sets.queue(out)).finished({ timeoutMs: MADE_WITHIN_MS });
    sets.#wanted = new Map([...filesOf(out)].filter(([name]) => name !== OWN));
    await sets.#compareValues(out);
    return sets;
  }

  newDirectory(): string {
    return join(this.#directory, uniqueName('set'));
  }

  async queue(out: string, requestedBy = 'faults'): Promise<JobHandle<'training_set'>> {
    const { project, source } = this.scene.installation;
    const queue = await this.scene.installation.servers.queue();
    return queue.add('training_set', {
      project: project.name,
      out,
      features: this.#features.map((feature) => ({ view: VIEW, version: 1, feature })),
      rows_query: `SELECT assumeNotNull(user) AS user, time + INTERVAL 1 MILLISECOND AS timestamp FROM ${source.table}
        WHERE _log < 8192 AND user IS NOT NULL ORDER BY time DESC, _log, _offset LIMIT ${ROWS}`,
      rows_name: 'orders of history',
      statuses: true,
      rows_per_file: ROWS_PER_FILE,
      requested_by: requestedBy,
    });
  }

  get #features(): string[] {
    return this.scene.installation.view(VIEW).features.map(({ name }) => name);
  }

  /** Throws where a file of a directory differs from the undisturbed one's, is missing, or is too many. */
  compare(out: string): void {
    this.compareFiles(filesOf(out));
  }

  /** @param found as base64, by name */
  compareFiles(all: ReadonlyMap<string, string>): void {
    const found = new Map([...all].filter(([name]) => name !== OWN));
    const names = [...new Set([...this.#wanted.keys(), ...found.keys()])].sort();
    const differing = names.filter((name) => found.get(name) !== this.#wanted.get(name));
    if (differing.length === 0) return;
    throw new Error(`training set: not as without the fault: ${differing.join(', ')}; there are ${names}`);
  }

  async #compareValues(out: string): Promise<void> {
    const { installation, notes } = this.scene;
    const rows = (await this.#rows(out)).filter((_, i) => i % COMPARED_EVERY === 0);
    const answers = rows.map((row) => ({
      key: { user: row.user as string },
      asOfMs: Number(row.at_ms),
      features: this.#features.map((name) => ({
        name,
        value: row[name],
        status: String(row[`${name}__status`]),
      })),
    }));
    const wrong = installation.truth.wrongAnswers(installation.view(VIEW), answers);
    if (wrong.length > 0) throw new Error(`training set: ${describeWrong(wrong)}`);
    notes.add(`${(rows.length * this.#features.length).toLocaleString('en-US')} values compared`);
  }

  async #rows(out: string): Promise<SetRow[]> {
    const store = await this.scene.installation.servers.offline();
    const all: SetRow[] = [];
    for (const name of readdirSync(out).filter((each) => each.endsWith('.parquet'))) {
      const input = { file: join(out, name), format: 'Parquet' } as const;
      const staged = await stageRows(store, input, uniqueName('read'));
      all.push(
        ...(await store.rows<SetRow>(
          `SELECT *, toUnixTimestamp64Milli(timestamp) AS at_ms FROM (${staged.rowsSql})`,
        )),
      );
      await staged.drop();
    }
    if (all.length !== ROWS) throw new Error(`training set: ${all.length} rows, not ${ROWS}`);
    return all;
  }
}

/** What readers of the directory find, by name. */
function filesOf(out: string): Map<string, string> {
  const names = readdirSync(out);
  return new Map(names.map((name) => [name, readFileSync(join(out, name)).toString('base64')]));
}
