/**
 * Delays of real flights by origin over 30 days, as two other engines compute them from the same file: segments by SQL, the
 * codec and the fold, read at 2001-05-01 12:00Z. With a hop of a day the window is [1 April 00:00, 1 May 12:00).
 */
import { compileView, newViewOutput, STATUS, ViewFold } from '@forebay/algebra';
import type { AggregationView, OperationName } from '@forebay/definitions';
import {
  applyEventSource,
  createMetaTables,
  decideCut,
  finishedLoads,
  listLoads,
  loadedUntil,
  loadHistory,
  type OfflineStore,
  openOfflineStore,
  streamSegments,
} from '@forebay/offline-store';
import { sharedStack, useDatabase } from '../support/stack';
import { aggregationView, DAY, FLIGHTS_FILE, flights, HOUR, sliding } from './offline-store-fixtures';

const database = useDatabase('known_answers');
let store: OfflineStore;

const T = Date.UTC(2001, 4, 1, 12);
const OPERATIONS: readonly OperationName[] = ['count', 'sum', 'max', 'min'];
/** n, sum, max, min. */
const WIDENED = {
  ORD: [28_063, 388_714, 816, -45],
  ATL: [21_157, 129_184, 643, -46],
  DFW: [26_491, 85_902, 400, -47],
};
/** n, sum without widening, [1 April 12:00, 1 May 12:00): what a hop of 12 h gives. */
const EXACT = { ORD: [27_723, 389_612], ATL: [20_942, 126_334], DFW: [26_223, 85_161] };

beforeAll(async () => {
  store = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
  await createMetaTables(store);
  await applyEventSource(store, flights);
  await loadHistory(store, {
    source: flights,
    file: FLIGHTS_FILE,
    format: 'Parquet',
    completeUntilMs: Date.UTC(2001, 6, 2),
    clock: Date.now,
  });
});
afterAll(() => store.close());

function viewOf(hopMs: number, operations: readonly OperationName[]): AggregationView {
  const features = operations.map((operation) => ({
    operation,
    input: 'delay',
    window: sliding(30 * DAY, hopMs),
  }));
  return aggregationView(flights, ['origin'], features, {
    batch: { horizonMs: 72 * HOUR, cutHopMs: HOUR, intervalMs: null },
  });
}

/** Values of the three airports: a run reads the clock q at `qMs`, and serving reads its values at T. */
async function valuesAt(qMs: number, view: AggregationView): Promise<Record<string, number[]>> {
  const layout = compileView(view, flights);
  // the topic is empty, so the run takes the latest cut that the loaded history and lateness allow
  const loads = await listLoads(store, flights);
  const decision = decideCut({
    runClockMs: qMs,
    allowedLatenessMs: 0,
    cutHopMs: HOUR,
    loadedUntilMs: loadedUntil(loads),
    topic: { empty: true, completeSinceMs: Number.POSITIVE_INFINITY },
  });
  if (decision.kind !== 'cut') throw new Error(decision.reason);
  const run = { qMs, cutMs: decision.cutMs, finishedLoads: finishedLoads(loads) };
  const fold = new ViewFold(layout);
  const output = newViewOutput(layout);
  const context = {
    tMs: T,
    serverClockMs: T,
    progressMs: T,
    completeSinceMs: run.cutMs,
    batchMarker: { ...run, coverageBeginMs: decision.coverageBeginMs },
  };
  const found: Record<string, number[]> = {};
  for await (const { keys, values } of streamSegments(store, layout, run, { chunk: 0, chunks: 1 })) {
    for (const [i, key] of keys.entries()) {
      if (!(key.toString() in WIDENED)) continue;
      fold.fold({ stream: null, open: null, sealed: null, batch: values[i] as Buffer }, context, output);
      expect([...output.statuses]).toEqual(view.features.map(() => STATUS.PRESENT));
      found[key.toString()] = [...output.numbers];
    }
  }
  return found;
}

describe('delays of real flights by origin', () => {
  it('are what two other engines say, with the window widened to its hop', async () => {
    expect(await valuesAt(T, viewOf(DAY, OPERATIONS))).toEqual(WIDENED);
  });

  it('are what they say of the window without widening', async () => {
    expect(await valuesAt(T, viewOf(12 * HOUR, ['count', 'sum']))).toEqual(EXACT);
  });
});
