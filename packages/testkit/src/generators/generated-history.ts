/** Histories of entities, whose times snap to where the rules of a view change, and to 1 ms beside. */
import { DAY_MS } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { floorOf, type OracleEvent, windowSpan } from '../oracle/oracle-inputs';
import { plainXxHash64 } from '../oracle/plain-xxhash64';
import type { Random } from '../random';
import { generateRow } from './generated-rows';
import type { World } from './generated-world';

/** An event of an entity, and which of the two paths it took. */
export interface WorldEvent {
  readonly event: OracleEvent;
  /** At the broker; when it became known: loaded history at its event time. */
  readonly arrivalMs: number;
  /** Of the load that it came with, or 8,192 + the partition that it was produced to. */
  readonly log: number;
  readonly offset: number;
  /** F: what the writer knows of the source's progress when it takes the event; it never falls. */
  readonly writerProgressMs: number;
  readonly inStream: boolean;
  readonly inArchive: boolean;
}

/** Classes of instants, so that none is rare because another has many. */
type Anchors = readonly (readonly number[])[];

function anchorsOf(view: AggregationView, world: World, readsMs: readonly number[]): Anchors {
  const clocks = [...readsMs, ...world.runs.map(({ qMs }) => qMs)];
  const edges = view.features.flatMap(({ window }) =>
    clocks.flatMap((at) => {
      const { fromMs, toMs } = windowSpan(window, at);
      const own = window.kind === 'sliding' || window.kind === 'session' ? [floorOf(at, window.hopMs)] : [];
      const exact = 'lengthMs' in window ? [at - window.lengthMs] : [];
      return [fromMs, toMs, ...own, ...exact];
    }),
  );
  const cuts = world.runs.map(({ cutMs }) => cutMs);
  const known = [
    world.completeSinceMs,
    world.loadedUntilMs,
    world.coverageBeginMs,
    world.nowMs - (view.stream?.retentionMs ?? 0),
  ];
  return [readsMs, world.runs.map(({ qMs }) => qMs), cuts, cuts, edges, edges, known]
    .map((group) => group.filter((at): at is number => at !== null && Number.isFinite(at)))
    .filter((group) => group.length > 0);
}

interface Draft {
  readonly eventTimeMs: number;
  readonly arrivalMs: number;
  readonly log: number;
  /** Its copy, delivered once more under another position; null: it is the first. */
  readonly copyOf: Draft | null;
}

const MOST_EVENTS = 50;
/** Of a busy entity: more than any list holds without making room. */
const MANY_EVENTS = 300;
const LARGEST = 2n ** 63n - 1n;
/** Of entities all of whose doubles lie within some rounding errors of one number: their spread is noise. */
const NEAR = [0.1, -3.7, 1e15 + 1, 7e-9];
/** The number of the load that finished; see docs/CODEC.md, tie. */
const LOAD = 1;
const FIRST_PARTITION_LOG = 8_192;
const MOST_DAYS = 40;

/**
 * The events of one entity that arrived by the read, by arrival. Those too far in the future for their writer are none.
 *
 * @param readsMs instants at which the entity will be read; the first is that of the world
 * @param firstOffset of at most 1,000: entities of one topic have offsets of their own
 */
export function generateHistory(
  random: Random,
  view: AggregationView,
  source: EventSource,
  world: World,
  who: string,
  { firstOffset = 0, readsMs = [world.nowMs] }: { firstOffset?: number; readsMs?: readonly number[] } = {},
): WorldEvent[] {
  const anchors = anchorsOf(view, world, readsMs);
  const idle = random.chance(0.08) ? random.integer(MOST_DAYS) * DAY_MS : 0;
  const drafts: Draft[] = [];
  const busy = random.chance(0.04);
  // nothing else tells a reader what the writer's clock is
  const lonely = !busy && random.chance(0.06);
  for (let left = lonely ? 1 : random.integer(busy ? MANY_EVENTS : MOST_EVENTS); left > 0; left--) {
    const eventTimeMs =
      (lonely ? oldestEdge(view, world) : null) ??
      (busy && random.chance(0.8)
        ? anyTime(random, world)
        : generateTime(random, view, anchors, world, drafts)) - idle;
    const draft = {
      eventTimeMs,
      ...generateArrival(random, source, world, eventTimeMs, lonely),
      copyOf: null,
    };
    drafts.push(draft);
    if (source.dedupeMs !== null && random.chance(0.3))
      drafts.push({ ...draft, ...generateCopy(random, source.dedupeMs, draft), copyOf: draft });
  }
  const arrived = drafts
    .filter(
      ({ eventTimeMs, arrivalMs }) =>
        arrivalMs <= world.nowMs && eventTimeMs <= arrivalMs + world.writerAheadMs + source.maxClockSkewMs,
    )
    .sort((a, b) => a.arrivalMs - b.arrivalMs);
  return new Placing(random, source, world, who, firstOffset).place(arrived);
}

function generateTime(
  random: Random,
  view: AggregationView,
  anchors: Anchors,
  world: World,
  before: readonly Draft[],
): number {
  const beside = random.integer(3) - 1;
  const previous = before.length > 0 && random.chance(0.25) ? random.pick(before).eventTimeMs : null;
  if (previous !== null) {
    const gaps = view.features.flatMap(({ window }) => (window.kind === 'session' ? [window.gapMs] : []));
    const gapMs = gaps.length > 0 && random.chance(0.6) ? random.pick(gaps) : 0;
    return previous + (random.chance(0.5) ? gapMs : -gapMs) + (gapMs > 0 ? beside : 0);
  }
  if (random.chance(0.6)) return random.pick(random.pick(anchors)) + beside;
  return anyTime(random, world);
}

/** Where the longest window begins; null: nowhere. */
function oldestEdge({ features }: AggregationView, { nowMs }: World): number | null {
  const edges = features.map(({ window }) => windowSpan(window, nowMs).fromMs).filter(Number.isFinite);
  return edges.length === 0 ? null : Math.min(...edges);
}

function anyTime(random: Random, { nowMs }: World): number {
  return nowMs - Math.floor(random.real() ** 3 * MOST_DAYS * DAY_MS);
}

/** Arrival − event time: at once, in time, exactly as late as is allowed, 1 ms more, far too late, or before it happened. */
function generateDelay(
  random: Random,
  { allowedLatenessMs: lateness, maxClockSkewMs: skew }: EventSource,
): number {
  return random.pick([
    0,
    0,
    1,
    1_000,
    random.integer(lateness + 1),
    lateness,
    lateness,
    lateness + 1,
    lateness + random.integer(3 * DAY_MS),
    -random.integer(skew),
    -skew,
  ]);
}

function generateArrival(
  random: Random,
  source: EventSource,
  { loadedUntilMs, nowMs }: World,
  eventTimeMs: number,
  last: boolean,
) {
  if (loadedUntilMs !== null && eventTimeMs < loadedUntilMs) return { arrivalMs: eventTimeMs, log: LOAD };
  // now and then at the last moment, however late that is
  const atLastMs = last || random.chance(0.08) ? nowMs - random.integer(2) : Number.NEGATIVE_INFINITY;
  return {
    arrivalMs: Math.max(atLastMs, eventTimeMs + generateDelay(random, source)),
    log: FIRST_PARTITION_LOG + random.integer(2),
  };
}

function generateCopy(random: Random, dedupeMs: number, { eventTimeMs, arrivalMs }: Draft) {
  const again = random.pick([
    arrivalMs,
    arrivalMs + 1,
    arrivalMs + random.integer(dedupeMs + 1),
    eventTimeMs + dedupeMs + random.integer(3) - 1,
    arrivalMs + 2 * dedupeMs,
  ]);
  return { arrivalMs: Math.max(arrivalMs, again), log: FIRST_PARTITION_LOG + random.integer(2) };
}

/** Gives drafts their rows and positions. */
class Placing {
  readonly #rows = new Map<Draft, readonly Value[]>();
  readonly #ids = new Set<string>();
  readonly #near: number | null;
  /** The largest and the smallest int64 in turn, which cancel out; null: neither. */
  #extreme: bigint | null;
  #progressMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly random: Random,
    private readonly source: EventSource,
    private readonly world: World,
    private readonly who: string,
    private readonly firstOffset: number,
  ) {
    this.#near = random.chance(0.1) ? random.pick(NEAR) : null;
    this.#extreme = random.chance(0.2) ? LARGEST : null;
  }

  place(drafts: readonly Draft[]): WorldEvent[] {
    return drafts.map((draft, i) => this.#event(draft, this.firstOffset + i));
  }

  #event(draft: Draft, offset: number): WorldEvent {
    const { random, world } = this;
    const { eventTimeMs, arrivalMs, log } = draft;
    const row = this.#rowOf(draft);
    this.#progressMs = Math.max(this.#progressMs, arrivalMs - random.pick([0, 0, 1, 500, 60_000]));
    return {
      event: { row, eventTimeMs, tie: this.#tieOf(row, log, offset) },
      arrivalMs,
      log,
      offset,
      writerProgressMs: this.#progressMs,
      inStream:
        log !== LOAD &&
        arrivalMs <= world.storedToMs &&
        (eventTimeMs >= (world.completeSinceMs ?? Number.POSITIVE_INFINITY) || random.chance(0.5)),
      inArchive: eventTimeMs >= world.coverageBeginMs || random.chance(0.5),
    };
  }

  /** Copies are identical. Where ids remove duplicates, events of one time that are none have ids of their own. */
  #rowOf(draft: Draft): readonly Value[] {
    const { random, source } = this;
    const first = draft.copyOf === null ? undefined : this.#rows.get(draft.copyOf);
    if (first !== undefined) return first;
    const row = generateRow(random, this.who, draft.eventTimeMs, {
      near: this.#near,
      extreme: this.#extreme,
    });
    if (this.#extreme !== null && row.includes(this.#extreme)) this.#extreme = -1n - this.#extreme;
    const index = source.fields.findIndex(({ name }) => name === source.eventId);
    if (source.dedupeMs !== null) {
      const id = () => `${draft.eventTimeMs} ${row[index]}`;
      for (let next = 0; this.#ids.has(id()); next++)
        row[index] = source.eventId === 'code' ? `x${next}` : 1_000 + next;
      this.#ids.add(id());
    }
    this.#rows.set(draft, row);
    return row;
  }

  /** The tie of docs/CODEC.md. */
  #tieOf(row: readonly Value[], log: number, offset: number): bigint {
    const { source } = this;
    const id = row[source.fields.findIndex(({ name }) => name === source.eventId)] ?? null;
    if (id === null) return (BigInt(log) << 50n) | BigInt(offset);
    if (typeof id === 'string') return plainXxHash64(Buffer.from(id));
    return BigInt.asUintN(64, BigInt(id)) ^ (1n << 63n);
  }
}
