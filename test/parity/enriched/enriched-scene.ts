/** Random sources whose fields are looked up, views that read these fields, and histories of what they are looked up in. */
import {
  type AggregationFeature,
  type AggregationView,
  type Enrichment,
  type EventSource,
  operationTraits,
  type ScalarType,
} from '@forebay/definitions';
import {
  FIELDS,
  generateHistory,
  generateSource,
  generateView,
  generateWorld,
  type Random,
  type WorldEvent,
} from '@forebay/testkit';
import { isExact } from '../support/exact-features';
import { generateReads, type ParityCase, type Scene, type SceneOptions } from '../support/parity-case';
import type { LookedUp } from './looked-up';

/** The field that holds the other entity: one of few texts, and now and then null. */
export const KEY_FIELD = 's';
/** Those of the texts that have events; the others find nothing. */
const KEYS = ['a', 'b', 'c', 'é', ''];
const EXACT_WITHIN_MS = [0, 1_000, 10_000, 10_000, 600_000];
/** Event times of one key that its history snaps to. */
const MOST_ANCHORS = 12;

/** Its histories are made when there are events to be looked up. */
export function generateEnrichedScene(random: Random, options: SceneOptions): Scene {
  const { kind, faults, name, laterReads, operations } = options;
  const { view: looked, source: lookedSource } = generateLookedUpView(random, `${name}_looked`);
  const source = enriched(random, generateSource(random, name), looked);
  const view = readingView(random, generateView(random, source, kind, operations), source);
  const world = generateWorld(random, view, source, faults);
  const lookedWorld = {
    ...generateWorld(random, looked, lookedSource, faults, world.nowMs),
    writerAheadMs: world.writerAheadMs,
    // at every look-up, all that had arrived is stored: progress may still be behind
    storedToMs: world.nowMs,
  };
  const lookedUp = {
    source: lookedSource,
    view: looked,
    world: lookedWorld,
    histories: {},
    writerSeed: random.integer(2 ** 31),
  };
  return {
    source,
    view,
    world,
    readsMs: [world.nowMs, ...generateReads(random, view, world, laterReads)],
    lookedUp,
  };
}

/** Fills the histories, with events around those of the cases. */
export function withHistories(
  random: Random,
  lookedUp: LookedUp,
  cases: readonly Pick<ParityCase, 'history' | 'source'>[],
): LookedUp {
  const { source, view, world } = lookedUp;
  const keyPlace = FIELDS.findIndex(({ name }) => name === KEY_FIELD);
  const histories: Record<string, readonly WorldEvent[]> = {};
  for (const [i, key] of KEYS.entries()) {
    const times = cases.flatMap(({ history }) =>
      history.filter(({ event }) => event.row[keyPlace] === key).map(({ event }) => event.eventTimeMs),
    );
    const anchors = Array.from({ length: Math.min(MOST_ANCHORS, times.length) }, () => random.pick(times));
    const options = { firstOffset: i * 1_000, readsMs: [world.nowMs, ...anchors] };
    histories[key] = generateHistory(random, view, source, world, key, options);
  }
  return { ...lookedUp, histories };
}

const isScalar = ({ type }: AggregationFeature) => !/^(list|map|vector)</.test(type);
/** What an enriched source may have as a field without its value differing at all. */
const fits = (feature: AggregationFeature) => isScalar(feature) && isExact(feature);

function generateLookedUpView(random: Random, name: string): { view: AggregationView; source: EventSource } {
  for (;;) {
    const source = { ...generateSource(random, name), id: 2 };
    const kind = random.pick(['stream', 'stream', 'hybrid'] as const);
    const view = { ...generateView(random, source, kind), id: 9, name: 'looked' };
    if (view.features.some(fits)) return { source, view };
  }
}

function enriched(random: Random, source: EventSource, looked: AggregationView): EventSource {
  const exactWithinMs = random.pick(EXACT_WITHIN_MS);
  const features = looked.features.filter(fits);
  const chosen = Array.from({ length: 1 + random.integer(2) }, () => random.pick(features));
  const enrichments = chosen.map(
    (feature, i): Enrichment => ({
      field: `found${i}`,
      feature: { view: looked.name, version: looked.version, feature: feature.name },
      keyFields: [KEY_FIELD],
      degraded: random.pick(['best', 'best', 'null']),
      exactWithinMs,
    }),
  );
  const fields = chosen.map(({ type }, i) => ({ name: `found${i}`, type: type as ScalarType }));
  return { ...source, fields: [...source.fields, ...fields], enrichments };
}

/** The view with looked-up fields in its filter, in filters and inputs of its features. */
function readingView(random: Random, view: AggregationView, { fields }: EventSource): AggregationView {
  const found = fields.slice(FIELDS.length);
  const filterOf = () => {
    const { name, type } = random.pick(found);
    const conditions: Partial<Record<string, string>> = {
      int32: `${name} > 1`,
      int64: `${name} > 2`,
      double: `${name} < 1.5`,
      bool: name,
      string: `${name} != "a"`,
    };
    return random.pick([`${name} != null`, `${name} == null`, conditions[type] ?? `${name} != null`]);
  };
  const features = view.features.map((feature) => {
    const filtered = random.chance(0.4) ? { ...feature, filter: filterOf() } : feature;
    const { inputTypes, result } = operationTraits(feature.operation);
    const fitting = found.filter(({ type }) => inputTypes.includes(type));
    if (fitting.length === 0 || feature.by !== null || random.chance(0.3)) return filtered;
    const { name, type } = random.pick(fitting);
    return { ...filtered, input: name, type: result(type, null) };
  });
  return { ...view, features, filter: random.chance(0.15) ? filterOf() : view.filter };
}
