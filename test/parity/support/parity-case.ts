/** One entity of one view in one world, and when it is read: all that a comparison depends on, as data. */
import type { AggregationView, EventSource, OperationName } from '@forebay/definitions';
import {
  generateHistory,
  generatePairedInputs,
  generatePairedSource,
  generateSource,
  generateView,
  generateWorld,
  type PairedInputs,
  pairedHistory,
  type Random,
  type ViewKind,
  type World,
  type WorldEvent,
} from '@forebay/testkit';
import type { LookedUp } from '../enriched/looked-up';
import { generateLabelRows, type LabelRows } from './label-rows';

/** What the entities of a scene share. */
export interface Scene {
  readonly source: EventSource;
  readonly view: AggregationView;
  readonly world: World;
  /** By the server's clock; the first is the world's. */
  readonly readsMs: readonly number[];
  /** Of an enriched source: where its fields come from. */
  readonly lookedUp?: LookedUp;
}

export interface ParityCase extends Scene {
  /** Of the entity: its only join key's value. */
  readonly key: string;
  /** Of an enriched source: the fields that records have. */
  readonly history: readonly WorldEvent[];
  /** Of a joined or sequence source: the events that its own, the history, are made of. */
  readonly inputs?: PairedInputs;
  /** Of the writer's choices: when it stores, compacts, seals and reads again. */
  readonly writerSeed: number;
  /** Of the training set. */
  readonly rows: LabelRows;
}

export interface SceneOptions {
  readonly kind: ViewKind;
  /** Whether anything may be missing, stale or unfinished. */
  readonly faults: boolean;
  /** Of the source; a table is named after it. */
  readonly name: string;
  /** Other than that of the world. */
  readonly laterReads: number;
  /** That features may have; all, where it is not about some. */
  readonly operations?: readonly OperationName[];
  /** Whether its source is made of others. */
  readonly paired?: boolean;
}

export function generateScene(random: Random, options: SceneOptions): Scene {
  const { kind, faults, name, laterReads, operations } = options;
  const source = options.paired ? generatePairedSource(random, name) : generateSource(random, name);
  const view = generateView(random, source, kind, operations);
  const world = generateWorld(random, view, source, faults);
  return { source, view, world, readsMs: [world.nowMs, ...generateReads(random, view, world, laterReads)] };
}

/** Later reads find what the first one found, so they are only made where nothing is on its way. */
export function generateReads(random: Random, view: AggregationView, world: World, most: number): number[] {
  if (world.progressMs !== world.nowMs || world.storedToMs !== world.nowMs) return [];
  const newest = world.runs[world.written - 1];
  const endMs =
    newest !== undefined && view.batch !== null ? newest.cutMs + view.batch.horizonMs : world.nowMs;
  const aheadMs = Math.max(
    ...view.features.map(({ window }) => ('lengthMs' in window ? window.lengthMs : 0)),
  );
  const candidates = [
    endMs - 1,
    endMs,
    endMs + 1,
    world.nowMs + 1 + random.integer(Math.max(1, endMs - world.nowMs)),
    world.nowMs + random.integer(Math.max(1_000, aheadMs)),
  ].filter((at) => at > world.nowMs);
  return Array.from({ length: Math.min(most, candidates.length) }, () => random.pick(candidates));
}

export function generateCase(random: Random, scene: Scene, entity: number): ParityCase {
  const { view, source, world, readsMs } = scene;
  const key = `e${entity}`;
  const options = { firstOffset: entity * 1_000, readsMs };
  const inputs =
    source.pairing === undefined
      ? undefined
      : generatePairedInputs(random, view, source, world, key, options);
  const history =
    inputs === undefined
      ? generateHistory(random, view, source, world, key, options)
      : pairedHistory(source, inputs);
  const each = { ...scene, key, history, writerSeed: random.integer(2 ** 31) };
  return { ...each, ...(inputs === undefined ? {} : { inputs }), rows: generateLabelRows(random, each) };
}
