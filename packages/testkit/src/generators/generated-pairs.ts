/** Random joined and sequence sources, and histories of their inputs that are full of pairs, bounds and copies. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { type AggregationView, type EventSource, type Pairing, pairedSource } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { type KnownEvent, oraclePairs } from '../oracle/oracle-pairs';
import { plainXxHash64 } from '../oracle/plain-xxhash64';
import type { Random } from '../random';
import { generateArrival, generateHistory, type WorldEvent } from './generated-history';
import { FIELDS, generateRow, generateSource, METADATA } from './generated-rows';
import type { World } from './generated-world';

/** The events of the left and of the right input; of a sequence source twice the same. */
export type PairedInputs = readonly [readonly WorldEvent[], readonly WorldEvent[]];

const BOUNDS_MS = [1, 2, 1_000, 30 * MINUTE_MS, 3 * HOUR_MS, DAY_MS];
/** Beside the entity's; whole numbers of two types among them. */
const OTHER_KEYS: readonly (readonly [left: string, right: string])[] = [
  ['i', 'i'],
  ['i', 'big'],
  ['s', 's'],
  ['b', 'b'],
  ['seen', 'seen'],
];

/** One whose pairs have the fields that generated views read. */
export function generatePairedSource(random: Random, name: string): EventSource {
  const withinMs = random.pick(BOUNDS_MS);
  const keys = [['who', 'who'] as const, ...(random.chance(0.5) ? [random.pick(OTHER_KEYS)] : [])];
  const common = { id: 1, name, withinMs, metadata: METADATA };
  if (random.chance(0.4)) {
    const source = generateInput(random, `${name}_of`, 2);
    const by = keys.map(([left]) => left);
    const [first, second] = random.pick([
      ['b', 'b == false'],
      ['i > 0', 'true'],
      ['x != null', 'b'],
    ]) as [string, string];
    const definition = { ...common, source: source.name, by, first, second };
    return pairedSource({ kind: 'sequence', definition, source });
  }
  const left = generateInput(random, `${name}_left`, 2);
  const right = generateInput(random, `${name}_right`, 3);
  const sides = ['left', 'right'] as const;
  const fields = FIELDS.map(({ name: field, type }) => ({
    name: field,
    type,
    side: field === 'time' ? 'right' : random.pick(sides),
    field,
  }));
  const on = keys.map(([leftName, rightName]) => ({ left: leftName, right: rightName }));
  const definition = { ...common, left: left.name, right: right.name, on, fields };
  return pairedSource({ kind: 'join', definition, left, right });
}

/** Its ids tell its events apart. */
function generateInput(random: Random, name: string, id: number): EventSource {
  for (;;) {
    const source = generateSource(random, name);
    if (source.dedupeMs !== null) return { ...source, id };
  }
}

export function inputsOf(pairing: Pairing): readonly [EventSource, EventSource] {
  return pairing.kind === 'join' ? [pairing.left, pairing.right] : [pairing.source, pairing.source];
}

interface PairedOptions {
  readonly firstOffset: number;
  readonly readsMs: readonly number[];
}

/** The inputs' events of one entity. Pairs are complete from where the world says: their inputs are from the bound before. */
export function generatePairedInputs(
  random: Random,
  view: AggregationView,
  { pairing }: EventSource,
  world: World,
  who: string,
  { firstOffset, readsMs }: PairedOptions,
): PairedInputs {
  if (pairing === undefined) throw new Error('the source is not made of others');
  const { withinMs } = pairing.definition;
  const earlier = earlierWorld(world, withinMs);
  const [left, right] = inputsOf(pairing);
  const seedSide = random.integer(2);
  const [seeds, partners] = seedSide === 0 ? [left, right] : [right, left];
  const first = generateHistory(random, view, seeds, earlier, who, { firstOffset, readsMs });
  const others = new Partners(random, { pairing, source: partners, seedSide, world: earlier, who }).of(
    first,
    firstOffset + first.length,
  );
  if (pairing.kind === 'sequence') {
    const all = [...first, ...others].sort((a, b) => a.arrivalMs - b.arrivalMs);
    return [all, all];
  }
  return seedSide === 0 ? [first, others] : [others, first];
}

function earlierWorld(world: World, byMs: number): World {
  const { loadedUntilMs, completeSinceMs, coverageBeginMs } = world;
  return {
    ...world,
    loadedUntilMs: loadedUntilMs === null ? null : loadedUntilMs - byMs,
    completeSinceMs: completeSinceMs === null ? null : completeSinceMs - byMs,
    coverageBeginMs: coverageBeginMs - byMs,
  };
}

interface PartnerChoice {
  readonly pairing: Pairing;
  readonly source: EventSource;
  /** Of the events that partners are made for. */
  readonly seedSide: number;
  readonly world: World;
  readonly who: string;
}

const LOAD = 1;
const INT32 = 2 ** 31;

/** Events that pair with others, or just do not. */
class Partners {
  #ids = 0;

  constructor(
    private readonly random: Random,
    private readonly choice: PartnerChoice,
  ) {}

  of(seeds: readonly WorldEvent[], firstOffset: number): WorldEvent[] {
    const { random } = this;
    const { world, source } = this.choice;
    const events = seeds.flatMap((seed) => {
      const count = random.pick([0, 1, 1, 2]);
      return Array.from({ length: count }, () => this.#partner(seed)).flatMap((one) =>
        random.chance(0.2) ? [one, this.#copy(one)] : [one],
      );
    });
    return events
      .filter(
        ({ event: { eventTimeMs }, arrivalMs }) =>
          arrivalMs <= world.nowMs && eventTimeMs <= arrivalMs + world.writerAheadMs + source.maxClockSkewMs,
      )
      .map((each, i) => ({ ...each, offset: firstOffset + i }));
  }

  #partner(seed: WorldEvent): WorldEvent {
    const { random } = this;
    const { pairing, seedSide, who } = this.choice;
    const { withinMs } = pairing.definition;
    const afterMs = random.pick([
      0,
      0,
      1,
      -1,
      withinMs - 1,
      withinMs,
      withinMs + 1,
      random.integer(withinMs),
    ]);
    const eventTimeMs = seed.event.eventTimeMs + (seedSide === 0 ? afterMs : -afterMs);
    const row = generateRow(random, who, eventTimeMs);
    if (random.chance(0.85)) this.#copyKeys(seed.event.row, row);
    this.#giveId(row);
    return this.#arrived({ row, eventTimeMs, tie: 0n });
  }

  #copyKeys(from: readonly Value[], row: Value[]): void {
    const { pairing, seedSide } = this.choice;
    const keys =
      pairing.kind === 'join'
        ? pairing.definition.on.map(({ left, right }) => (seedSide === 0 ? [left, right] : [right, left]))
        : pairing.definition.by.map((name) => [name, name]);
    for (const [theirs, ours] of keys) {
      const value = from[placeOf(theirs)] ?? null;
      const fits = ours !== 'i' || (typeof value === 'number' && Math.abs(value) < INT32);
      row[placeOf(ours)] = fits ? value : null;
    }
  }

  /** Now and then none: such an event is part of no pair. */
  #giveId(row: Value[]): void {
    const { eventId } = this.choice.source;
    const number = ++this.#ids;
    const id = eventId === 'code' ? `p${'é'.repeat(number % 3)}${number}` : 5_000 + number;
    row[placeOf(eventId ?? '')] = this.random.chance(0.05) ? null : id;
  }

  #arrived(event: WorldEvent['event']): WorldEvent {
    const { random } = this;
    const { source, world } = this.choice;
    const { eventTimeMs } = event;
    const { arrivalMs, log } = generateArrival(random, source, world, eventTimeMs, false);
    return {
      event,
      arrivalMs,
      log,
      offset: 0,
      writerProgressMs: arrivalMs,
      inStream:
        log !== LOAD &&
        arrivalMs <= world.storedToMs &&
        (eventTimeMs >= (world.completeSinceMs ?? Number.POSITIVE_INFINITY) || random.chance(0.5)),
      inArchive: eventTimeMs >= world.coverageBeginMs || random.chance(0.5),
    };
  }

  #copy(of: WorldEvent): WorldEvent {
    const copy = this.#arrived(of.event);
    return { ...copy, arrivalMs: Math.max(copy.arrivalMs, of.arrivalMs) };
  }
}

function placeOf(field: string | undefined): number {
  return FIELDS.findIndex(({ name }) => name === field);
}

type InputEvent = KnownEvent & { readonly each: WorldEvent };

/** The events of the source itself, as they become known, by that time: what views see. */
export function pairedHistory({ pairing, ...source }: EventSource, inputs: PairedInputs): WorldEvent[] {
  if (pairing === undefined) throw new Error('the source is not made of others');
  const known = ([lefts, rights]: PairedInputs) =>
    [lefts, rights].map((events) =>
      events.map((each): InputEvent => ({ ...each.event, knownAtMs: each.arrivalMs, each })),
    ) as unknown as readonly [InputEvent[], InputEvent[]];
  const idPlace = source.fields.findIndex(({ name }) => name === source.eventId);
  const found = oraclePairs(pairing, known(inputs)).sort((a, b) => a.knownAtMs - b.knownAtMs);
  let progressMs = Number.NEGATIVE_INFINITY;
  return found.map((pair, i) => {
    progressMs = Math.max(progressMs, pair.knownAtMs - (i % 4 === 0 ? 0 : 500));
    const parts = pair.parts.map(({ each }) => each);
    return {
      event: { row: pair.row, eventTimeMs: pair.eventTimeMs, tie: tieOf(pair.row[idPlace] as Value) },
      arrivalMs: pair.knownAtMs,
      log: 8_192,
      offset: i,
      writerProgressMs: progressMs,
      inStream: parts.every(({ inStream }) => inStream),
      inArchive: parts.every(({ inArchive }) => inArchive),
    };
  });
}

function tieOf(id: Value): bigint {
  if (typeof id === 'string') return plainXxHash64(Buffer.from(id));
  return BigInt.asUintN(64, BigInt(id as number)) ^ (1n << 63n);
}
