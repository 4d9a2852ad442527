/** All that can be compared of one scene: many entities, one query a run. */
import { compileView, type StoredParts, type ViewLayout } from '@forebay/algebra';
import type { Random, WorldRun } from '@forebay/testkit';
import { withHistories } from '../enriched/enriched-scene';
import { lookedUpCase } from '../enriched/look-ups';
import type { Comparison } from './comparison';
import { compareOnDemand } from './on-demand';
import { runInArchive, runValueOf } from './parity-archive';
import { generateCase, type ParityCase, type Scene } from './parity-case';
import type { ParityServers } from './parity-servers';
import { compareScheduled } from './scheduled-read';
import { compareServed, engineOf, heldBatch, streamOf, writtenBatches } from './served-read';
import { compareSqlTraining } from './sql-training';
import { compareTraining } from './training-rows';
import { writtenBatch } from './written-batch';

/** Where rows see what was known at one time, it is the same for all of them. */
export function generateCases(random: Random, scene: Scene, entities: number): ParityCase[] {
  const plain = Array.from({ length: entities }, (_, entity) => generateCase(random, scene, entity));
  const lookedUp = scene.lookedUp === undefined ? undefined : withHistories(random, scene.lookedUp, plain);
  const cases = lookedUp === undefined ? plain : plain.map((each) => ({ ...each, lookedUp }));
  const knownAsOfMs = cases.find(({ rows }) => rows.knownAsOfMs !== null)?.rows.knownAsOfMs ?? null;
  return cases.map((each) =>
    each.rows.knownAsOfMs === null ? each : { ...each, rows: { ...each.rows, knownAsOfMs } },
  );
}

/** Everything that needs no server: stream and batch lists, and the training set. */
export function compareHere(each: ParityCase): Comparison[] {
  const layout = compileView(each.view, each.source);
  return [...compareStored(layout, each), ...compareTraining(layout, each)];
}

function compareStored(layout: ViewLayout, each: ParityCase): Comparison[] {
  const valueOfRun = (run: WorldRun) => writtenBatch(layout, each, run);
  if (each.view.schedule !== null) return compareScheduled('scheduled', engineOf(layout), each, valueOfRun);
  const batch = heldBatch(each, valueOfRun);
  const parts = { ...streamOf(layout, each).parts, batch: batch?.bytes ?? null };
  const path = each.view.batch === null ? 'stream' : 'batch + stream';
  return compareServed(path, engineOf(layout), each, parts, batch);
}

/** Batch values that ClickHouse made of its archive, with the stream's; `throughRedis`: all of them stored and read there. */
export async function compareWithServers(
  servers: ParityServers,
  cases: readonly ParityCase[],
  throughRedis: boolean,
): Promise<Comparison[][]> {
  const looked = cases.map(lookedUpCase);
  const found = await comparePaths(
    servers,
    looked.map(({ oracle }) => oracle),
    looked.map(({ engine }) => engine),
    throughRedis,
  );
  return looked.map(({ comparisons }, i) => [...comparisons, ...(found[i] ?? [])]);
}

/** @param inputs the cases as the engine gets them: of enriched sources, with the fields that it looked up */
async function comparePaths(
  servers: ParityServers,
  cases: readonly ParityCase[],
  inputs: readonly ParityCase[],
  throughRedis: boolean,
): Promise<Comparison[][]> {
  const { view, source } = cases[0] as ParityCase;
  const layout = compileView(view, source);
  await servers.archive.create(source);
  try {
    const values = await runInArchive(servers.archive, layout, inputs);
    const runValue = (each: ParityCase) => (run: WorldRun) => runValueOf(values, run, each);
    const reads =
      view.schedule === null
        ? await compareReads(servers, layout, cases, inputs, runValue, throughRedis)
        : cases.map((each) =>
            compareScheduled('ClickHouse scheduled', engineOf(layout), each, runValue(each)),
          );
    const rows = await compareSqlTraining(servers.archive, layout, cases);
    // no load of the scene stands in the list of loads, which such a file goes by
    const files =
      throughRedis || (cases[0] as ParityCase).world.loadedUntilMs !== null
        ? []
        : await compareOnDemand(servers.archive, cases);
    return cases.map((_, i) => [...(reads[i] ?? []), ...(rows[i] ?? []), ...(files[i] ?? [])]);
  } finally {
    await servers.archive.drop(source);
  }
}

async function compareReads(
  { redis }: ParityServers,
  layout: ViewLayout,
  cases: readonly ParityCase[],
  inputs: readonly ParityCase[],
  runValue: (each: ParityCase) => (run: WorldRun) => Uint8Array | null,
  throughRedis: boolean,
): Promise<Comparison[][]> {
  const streams = inputs.map((each) => streamOf(layout, each));
  const batches = cases.map((each) => heldBatch(each, runValue(each)));
  const stored = throughRedis
    ? await redis.throughRedis(
        layout,
        streams.map(({ writes }) => writes),
        cases.map((each) => writtenBatches(each, runValue(each))),
      )
    : streams.map(({ parts }, entity) => ({ ...parts, batch: batches[entity]?.bytes ?? null }));
  const engine = engineOf(layout);
  const path = throughRedis
    ? 'through Redis'
    : layout.view.batch === null
      ? 'stream'
      : 'ClickHouse batch + stream';
  return cases.map((each, entity) =>
    compareServed(path, engine, each, stored[entity] as StoredParts, batches[entity] ?? null),
  );
}
