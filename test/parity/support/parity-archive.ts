/** The archive of a scene in ClickHouse, filled as time goes by, and what its runs compute. */
import type { ViewLayout } from '@forebay/algebra';
import { type EventSource, recordFields } from '@forebay/definitions';
import {
  ArchiveBlock,
  ArchiveWriter,
  applyEventSource,
  archiveInputs,
  createMetaTables,
  type OfflineStore,
  openOfflineStore,
  streamSegments,
} from '@forebay/offline-store';
import type { WorldEvent, WorldRun } from '@forebay/testkit';
import type { ParityCase } from './parity-case';

/** The load that finished, and one of the same rows that did not. */
export const LOAD = 1;
const BROKEN_LOAD = 2;
const CLAIM = 2;
const OVERRULED_CLAIM = 1;

/** By their numbers in statements. */
export function loadsOf(source: EventSource): number[] {
  return archiveInputs(source).map(({ range }) => range.loadsFrom + LOAD);
}

export class ParityArchive {
  private constructor(readonly store: OfflineStore) {}

  /** @param database that exists and is empty */
  static async open(url: string, database: string): Promise<ParityArchive> {
    const store = await openOfflineStore({ url, database });
    await createMetaTables(store);
    return new ParityArchive(store);
  }

  /** Empty tables of the source, or of those that it is made of. */
  async create(source: EventSource): Promise<void> {
    await this.drop(source);
    for (const { source: input } of archiveInputs(source)) await applyEventSource(this.store, input);
  }

  async drop(source: EventSource): Promise<void> {
    for (const { source: input } of archiveInputs(source))
      await this.store.command(`DROP TABLE IF EXISTS ${input.table} SYNC`);
  }

  /** Archives what arrived in `(afterMs, toMs]`, some of it twice, as a retry does; what was loaded also by a load that broke off. */
  async fill(
    source: EventSource,
    cases: readonly ParityCase[],
    afterMs: number,
    toMs: number,
  ): Promise<void> {
    for (const [i, { source: input }] of archiveInputs(source).entries()) {
      const events = cases.flatMap(({ history, inputs }) => inputs?.[i] ?? history);
      await this.#fillTable(input, events, afterMs, toMs);
    }
  }

  async #fillTable(
    source: EventSource,
    events: readonly WorldEvent[],
    afterMs: number,
    toMs: number,
  ): Promise<void> {
    const arrived = events.filter(
      ({ inArchive, arrivalMs }) => inArchive && arrivalMs > afterMs && arrivalMs <= toMs,
    );
    await this.#insert(source, arrived);
    await this.#insert(
      source,
      arrived.filter(({ offset }) => offset % 3 === 0),
    );
    const loaded = arrived.filter(({ log }) => log === LOAD);
    // what a process archived that no longer had the partition, before and after its successor
    const overruled = arrived.filter(({ log, offset }) => log !== LOAD && offset % 2 === 0);
    if (source.enrichments !== undefined)
      await this.#insert(source, overruled.map(withoutLookUps(source)), OVERRULED_CLAIM);
    await this.#insert(
      source,
      loaded.map((event) => ({ ...event, log: BROKEN_LOAD })),
    );
  }

  async #insert(source: EventSource, events: readonly WorldEvent[], claim = CLAIM): Promise<void> {
    if (events.length === 0) return;
    const block = new ArchiveBlock(source);
    for (const event of events) append(block, event, claim);
    await new ArchiveWriter(this.store, source, 0, () => 0).insert(block, []);
  }

  /** The batch values of the run, by entity key. */
  async segments(layout: ViewLayout, run: WorldRun): Promise<Map<string, Uint8Array>> {
    const values = new Map<string, Uint8Array>();
    const chunk = { chunk: 0, chunks: 1 };
    for await (const batch of streamSegments(
      this.store,
      layout,
      { ...run, finishedLoads: loadsOf(layout.source) },
      chunk,
    )) {
      for (const [i, key] of batch.keys.entries())
        values.set(key.toString(), Buffer.from(batch.values[i] as Buffer));
    }
    return values;
  }

  async close(): Promise<void> {
    await this.store.close();
  }
}

/** Found by a process whose look-ups do not count. */
function withoutLookUps(source: EventSource): (each: WorldEvent) => WorldEvent {
  const own = recordFields(source).length;
  return (each) => ({ ...each, event: { ...each.event, row: each.event.row.slice(0, own) } });
}

function append(block: ArchiveBlock, { event, arrivalMs, log, offset }: WorldEvent, claim: number): void {
  block.append(event.row, {
    log,
    offset,
    knownAtMs: arrivalMs,
    arrivedAtMs: arrivalMs,
    claim,
  });
}

/** What each written run found of each case. */
export type RunValues = ReadonlyMap<WorldRun, ReadonlyMap<string, Uint8Array>>;

/** Lets the runs of the scene's world read the archive when their clock says so; afterwards it holds everything. */
export async function runInArchive(
  archive: ParityArchive,
  layout: ViewLayout,
  cases: readonly ParityCase[],
): Promise<RunValues> {
  const { source, world } = cases[0] as ParityCase;
  const values = new Map<WorldRun, Map<string, Uint8Array>>();
  let filledToMs = Number.NEGATIVE_INFINITY;
  for (const run of world.runs.slice(0, world.written)) {
    await archive.fill(source, cases, filledToMs, run.qMs);
    filledToMs = run.qMs;
    values.set(run, await archive.segments(layout, run));
  }
  await archive.fill(source, cases, filledToMs, Number.POSITIVE_INFINITY);
  return values;
}

export function runValueOf(values: RunValues, run: WorldRun, { key }: ParityCase): Uint8Array | null {
  return values.get(run)?.get(key) ?? null;
}
