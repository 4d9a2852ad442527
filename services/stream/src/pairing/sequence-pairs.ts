import { type EventSource, type Pairing, sourceColumns } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { compileExpression } from '@forebay/expressions';
import { HeldEvents, heldBytes } from './held-events';
import {
  checkPairs,
  checkSize,
  keyOf,
  type MadeEvent,
  type PairLimits,
  type PairMaker,
  placesOf,
} from './pair-maker';

const KEY_BYTES = 430;
/** Of first events the times alone matter. */
const NO_VALUES: readonly Value[] = [];

interface KeyEvents {
  readonly partition: number;
  readonly firsts: HeldEvents;
  /** Second events that have no first one yet. */
  readonly waiting: HeldEvents;
}

/** Second events with a first one of the same key in `[time − within, time)`. */
export class SequencePairs implements PairMaker {
  readonly #name: string;
  readonly #withinMs: number;
  readonly #source: EventSource;
  readonly #keyPlaces: readonly number[];
  readonly #idPlace: number;
  readonly #isFirst: (row: readonly Value[]) => boolean;
  readonly #isSecond: (row: readonly Value[]) => boolean;
  readonly #keys = new Map<string, KeyEvents>();
  #heldFromMs = Number.NEGATIVE_INFINITY;
  #sizeBytes = 0;
  scatteredKey: string | null = null;

  constructor(
    { definition, source }: Extract<Pairing, { kind: 'sequence' }>,
    private readonly limits: PairLimits,
  ) {
    const holds = (text: string) => {
      const condition = compileExpression(
        text,
        sourceColumns(source),
        `sequence source "${definition.name}"`,
      );
      return (row: readonly Value[]) => condition.evaluate(row) === true;
    };
    this.#name = definition.name;
    this.#withinMs = definition.withinMs;
    this.#source = source;
    this.#keyPlaces = placesOf(source, definition.by);
    this.#idPlace = placesOf(source, [source.eventId as string])[0] as number;
    this.#isFirst = holds(definition.first);
    this.#isSecond = holds(definition.second);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  add(_input: number, row: readonly Value[], timeMs: number, partition: number): MadeEvent[] {
    const key = keyOf(row, this.#keyPlaces);
    const id = row[this.#idPlace];
    if (key === null || id === null || id === undefined) return [];
    const made = this.#isSecond(row) ? this.#second(this.#of(key, partition), row, timeMs) : [];
    if (this.#isFirst(row)) made.push(...this.#first(key, timeMs, partition));
    checkSize(this.#name, this.#sizeBytes, this.limits);
    return made;
  }

  #second({ firsts, waiting }: KeyEvents, row: readonly Value[], timeMs: number): MadeEvent[] {
    if (timeMs < this.#heldFromMs) return [];
    const values = this.#source.fields.map((_, place) => row[place] as Value);
    if (firsts.has(timeMs - this.#withinMs, timeMs)) return [{ row: values, eventTimeMs: timeMs }];
    const event = { timeMs, id: row[this.#idPlace] as Value, values };
    if (waiting.add(event)) this.#sizeBytes += heldBytes(event);
    return [];
  }

  #first(key: string, timeMs: number, partition: number): MadeEvent[] {
    if (timeMs + this.#withinMs < this.#heldFromMs) return [];
    const known = this.#of(key, partition);
    const event = { timeMs, id: null, values: NO_VALUES };
    if (!known.firsts.add(event)) return [];
    this.#sizeBytes += heldBytes(event);
    const completed = known.waiting.take(timeMs + 1, timeMs + this.#withinMs + 1);
    checkPairs(this.#name, key, known.waiting, completed.length);
    for (const each of completed) this.#sizeBytes -= heldBytes(each);
    return completed.map(({ values, timeMs: eventTimeMs }) => ({ row: [...values], eventTimeMs }));
  }

  #of(key: string, partition: number): KeyEvents {
    const known = this.#keys.get(key);
    if (known !== undefined) {
      if (known.partition !== partition) this.scatteredKey = key;
      return known;
    }
    const events = { partition, firsts: new HeldEvents(), waiting: new HeldEvents() };
    this.#keys.set(key, events);
    this.#sizeBytes += KEY_BYTES + 2 * key.length;
    return events;
  }

  expire(heldFromMs: number): void {
    if (heldFromMs <= this.#heldFromMs) return;
    this.#heldFromMs = heldFromMs;
    for (const [key, { firsts, waiting }] of this.#keys) {
      const oldest = Number.NEGATIVE_INFINITY;
      for (const gone of firsts.take(oldest, heldFromMs - this.#withinMs)) this.#sizeBytes -= heldBytes(gone);
      for (const gone of waiting.take(oldest, heldFromMs)) this.#sizeBytes -= heldBytes(gone);
      if (firsts.count + waiting.count === 0) this.#dropKey(key);
    }
  }

  forgetPartitions(partitions: ReadonlySet<number>): void {
    for (const [key, { partition, firsts, waiting }] of this.#keys) {
      if (!partitions.has(partition)) continue;
      for (const events of [firsts, waiting])
        for (const gone of events.take(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY))
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
