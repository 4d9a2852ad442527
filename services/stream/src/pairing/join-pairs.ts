import { type EventSource, JOINED_EVENT_TIME, type JoinSide, type Pairing } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { type HeldEvent, HeldEvents, heldBytes } from './held-events';
import {
  checkPairs,
  checkSize,
  keyOf,
  type MadeEvent,
  type PairLimits,
  type PairMaker,
  placesOf,
} from './pair-maker';

const SIDES = ['left', 'right'] as const satisfies readonly JoinSide[];
/** Of a key: the text, the place in the map, the two lists. */
const KEY_BYTES = 430;

interface SidePlaces {
  readonly key: readonly number[];
  readonly id: number;
  /** What pairs take, in the order of `fields`. */
  readonly values: readonly number[];
}

/** Of a pair's field: the side that it is of, and its place among that side's values. */
type FieldPlace = readonly [side: number, place: number];

interface KeyEvents {
  readonly partition: number;
  readonly sides: readonly [HeldEvents, HeldEvents];
}

/** Pairs of left and right events with equal keys and `left time ≤ right time < left time + within`. */
export class JoinPairs implements PairMaker {
  readonly #name: string;
  readonly #withinMs: number;
  readonly #places: readonly [SidePlaces, SidePlaces];
  readonly #fields: readonly FieldPlace[];
  readonly #timePlace: number;
  readonly #keys = new Map<string, KeyEvents>();
  #heldFromMs = Number.NEGATIVE_INFINITY;
  #sizeBytes = 0;
  scatteredKey: string | null = null;

  constructor(
    { definition, left, right }: Extract<Pairing, { kind: 'join' }>,
    source: EventSource,
    private readonly limits: PairLimits,
  ) {
    const { fields, on } = definition;
    this.#name = source.name;
    this.#withinMs = definition.withinMs;
    const ofSide = (side: JoinSide) => fields.filter((field) => field.side === side);
    const placesOn = (input: EventSource, side: JoinSide): SidePlaces => ({
      key: placesOf(
        input,
        on.map((pair) => pair[side]),
      ),
      id: placesOf(input, [input.eventId as string])[0] as number,
      values: placesOf(
        input,
        ofSide(side).map(({ field }) => field),
      ),
    });
    this.#places = [placesOn(left, 'left'), placesOn(right, 'right')];
    this.#fields = fields.map((field) => [SIDES.indexOf(field.side), ofSide(field.side).indexOf(field)]);
    this.#timePlace = source.fields.findIndex(({ name }) => name === JOINED_EVENT_TIME);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  add(side: number, row: readonly Value[], timeMs: number, partition: number): MadeEvent[] {
    const places = this.#places[side] as SidePlaces;
    const key = keyOf(row, places.key);
    const id = row[places.id];
    if (key === null || id === null || id === undefined || this.#isTooOld(side, timeMs)) return [];
    const known = this.#keys.get(key) ?? this.#newKey(key, partition);
    if (known.partition !== partition) this.scatteredKey = key;
    const event: HeldEvent = { timeMs, id, values: places.values.map((place) => row[place] as Value) };
    if (!(known.sides[side] as HeldEvents).add(event)) return [];
    this.#sizeBytes += heldBytes(event);
    checkSize(this.#name, this.#sizeBytes, this.limits);
    return this.#pairsOf(side, event, known, key);
  }

  #pairsOf(side: number, event: HeldEvent, { sides }: KeyEvents, key: string): MadeEvent[] {
    const { timeMs } = event;
    const others = sides[1 - side] as HeldEvents;
    const found =
      side === 0
        ? others.between(Math.max(timeMs, this.#heldFromMs), timeMs + this.#withinMs)
        : others.between(timeMs - this.#withinMs + 1, timeMs + 1);
    checkPairs(this.#name, key, others, found.length);
    return found.map((other) => (side === 0 ? this.#pair(event, other) : this.#pair(other, event)));
  }

  #pair(left: HeldEvent, right: HeldEvent): MadeEvent {
    const both = [left, right];
    const row = this.#fields.map(([side, place]) => (both[side] as HeldEvent).values[place] as Value);
    row[this.#timePlace] = right.timeMs;
    row[this.#timePlace + 1] = pairId(left, right);
    return { row, eventTimeMs: right.timeMs };
  }

  /** A left event makes pairs up to the bound after it, a right one at its own time. */
  #isTooOld(side: number, timeMs: number): boolean {
    return side === 0 ? timeMs + this.#withinMs <= this.#heldFromMs : timeMs < this.#heldFromMs;
  }

  #newKey(key: string, partition: number): KeyEvents {
    const events: KeyEvents = { partition, sides: [new HeldEvents(), new HeldEvents()] };
    this.#keys.set(key, events);
    this.#sizeBytes += KEY_BYTES + 2 * key.length;
    return events;
  }

  expire(heldFromMs: number): void {
    if (heldFromMs <= this.#heldFromMs) return;
    this.#heldFromMs = heldFromMs;
    for (const [key, { sides }] of this.#keys) {
      const [lefts, rights] = sides;
      const oldest = Number.NEGATIVE_INFINITY;
      for (const gone of lefts.take(oldest, heldFromMs - this.#withinMs + 1))
        this.#sizeBytes -= heldBytes(gone);
      for (const gone of rights.take(oldest, heldFromMs)) this.#sizeBytes -= heldBytes(gone);
      if (lefts.count + rights.count === 0) this.#dropKey(key);
    }
  }

  forgetPartitions(partitions: ReadonlySet<number>): void {
    for (const [key, { partition, sides }] of this.#keys) {
      if (!partitions.has(partition)) continue;
      for (const side of sides)
        for (const gone of side.take(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY))
          this.#sizeBytes -= heldBytes(gone);
      this.#dropKey(key);
    }
  }

  #dropKey(key: string): void {
    this.#keys.delete(key);
    this.#sizeBytes -= KEY_BYTES + 2 * key.length;
  }

  forget(): void {
    this.scatteredKey = null;
    this.#keys.clear();
    this.#heldFromMs = Number.NEGATIVE_INFINITY;
    this.#sizeBytes = 0;
  }
}

/** `left id/right id/left time/bytes of the left id`, which no other pair has (docs/JOINS.md). */
function pairId(left: HeldEvent, right: HeldEvent): string {
  const leftId = String(left.id);
  return `${leftId}/${String(right.id)}/${left.timeMs}/${Buffer.byteLength(leftId)}`;
}
