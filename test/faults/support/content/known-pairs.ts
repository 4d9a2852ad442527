/** What joined and sequence sources have made of all events so far, by looking at every event of a key beside every other. */
import { xxHash64 } from '@forebay/contract';
import type { EventSource, Pairing } from '@forebay/definitions';
import { type KnownEvent, oraclePairs } from '@forebay/testkit';
import { type Fields, Truth } from '../../../support/truth';

/** Left and right events; of a sequence both are those of its source. */
type Sides = readonly [KnownEvent[], KnownEvent[]];

const rowOf = ({ fields }: EventSource, event: Fields): KnownEvent => ({
  row: fields.map(({ name }) => event[name] ?? null),
  eventTimeMs: event.time as number,
  knownAtMs: 0,
});

/** Partners have one user: others need not be looked at. */
export class KnownPairs {
  readonly truth: Truth;
  readonly #byUser = new Map<string, Sides>();
  readonly #new = new Map<string, Sides>();
  readonly #told = new Set<string>();

  constructor(readonly source: EventSource) {
    this.truth = new Truth(source);
  }

  get #pairing(): Pairing {
    return this.source.pairing as Pairing;
  }

  /** An event of an input; a copy makes no further pair, and may be left out. */
  add(input: string, event: Fields): void {
    if (typeof event.user !== 'string') return;
    const pairing = this.#pairing;
    const sides = pairing.kind === 'join' ? [pairing.left, pairing.right] : [pairing.source, pairing.source];
    for (const [side, { name }] of sides.entries())
      if (name === input)
        entryOf(this.#new, event.user)[side as 0 | 1].push(rowOf(sides[side] as EventSource, event));
  }

  /** Takes what new events complete into the truth. */
  complete(): void {
    for (const [user, [newLefts, newRights]] of this.#new) {
      const all = entryOf(this.#byUser, user);
      const [oldLefts] = all;
      const lefts = [...oldLefts, ...newLefts];
      // a sequence is looked for among all events of its source at once
      const isSequence = this.#pairing.kind === 'sequence';
      all[0].push(...newLefts);
      all[1].push(...newRights);
      const found = isSequence
        ? oraclePairs(this.#pairing, [all[1], all[1]])
        : [
            ...oraclePairs(this.#pairing, [newLefts, all[1]]),
            ...oraclePairs(this.#pairing, [lefts, newRights]),
          ];
      for (const { row } of found) this.#tell(row);
    }
    this.#new.clear();
  }

  #tell(row: KnownEvent['row']): void {
    const { fields, eventId } = this.source;
    const event = Object.fromEntries(fields.map(({ name }, i) => [name, row[i]])) as Fields;
    const id = event[eventId as string];
    const key = `${id}/${event[this.source.eventTime]}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.truth.add(event, typeof id === 'string' ? xxHash64(Buffer.from(id)) : BigInt(id as number));
  }
}

function entryOf(map: Map<string, Sides>, user: string): Sides {
  const known = map.get(user);
  if (known !== undefined) return known;
  const made: Sides = [[], []];
  map.set(user, made);
  return made;
}
