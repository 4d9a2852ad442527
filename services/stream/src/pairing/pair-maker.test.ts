/** The makers of pairs beside the oracle, on random inputs in random orders, with crashes and replays. */
import { DAY_MS } from '@forebay/contract';
import type { EventSource } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import {
  generatePairedInputs,
  generatePairedSource,
  generateView,
  generateWorld,
  inputsOf,
  oraclePairs,
  type PairedInputs,
  Random,
} from '@forebay/testkit';
import { MAX_PAIRS_OF_AN_EVENT, type MadeEvent, type PairMaker, pairMaker } from './pair-maker';

const UNBOUNDED = { maxBytes: Number.POSITIVE_INFINITY };
const SEED = Math.floor(Math.random() * 1e9);

interface Record {
  readonly input: number;
  readonly row: readonly Value[];
  readonly eventTimeMs: number;
}

/** As the decoder gives rows. */
const decoded = (row: readonly Value[]) =>
  row.map((value) => (typeof value === 'number' && !Number.isFinite(value) ? null : value));

function generateRecords(random: Random, source: EventSource): { inputs: PairedInputs; records: Record[] } {
  const view = generateView(random, source, 'stream');
  const world = { ...generateWorld(random, view, source, false), loadedUntilMs: null };
  const options = { firstOffset: 0, readsMs: [world.nowMs] };
  const inputs = generatePairedInputs(random, view, source, world, 'e', options);
  const both = source.pairing?.kind === 'join' ? [0, 1] : [0];
  const records = both.flatMap((input) =>
    (inputs[input] ?? []).map(({ event: { row, eventTimeMs } }) => ({
      input,
      row: decoded(row),
      eventTimeMs,
    })),
  );
  return { inputs, records };
}

const idOf = (source: EventSource, { row, eventTimeMs }: { row: readonly Value[]; eventTimeMs: number }) =>
  `${String(row[source.fields.findIndex(({ name }) => name === source.eventId)])} at ${eventTimeMs}`;

function expectedOf(source: EventSource, inputs: PairedInputs): Map<string, readonly Value[]> {
  const known = inputs.map((events) =>
    events.map(({ event, arrivalMs }) => ({ ...event, row: decoded(event.row), knownAtMs: arrivalMs })),
  );
  const pairs = oraclePairs(source.pairing as NonNullable<typeof source.pairing>, [
    known[0] ?? [],
    known[1] ?? [],
  ]);
  return new Map(pairs.map((pair) => [idOf(source, pair), pair.row]));
}

function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  const left = [...items];
  return items.map(() => left.splice(random.integer(left.length), 1)[0] as Item);
}

class Counted {
  readonly pairs = new Map<string, readonly Value[]>();
  added = 0;

  constructor(
    private readonly source: EventSource,
    private readonly maker: PairMaker,
  ) {}

  add({ input, row, eventTimeMs }: Record): void {
    const made: MadeEvent[] = this.maker.add(input, row, eventTimeMs, 0);
    this.added += made.length;
    for (const each of made) this.pairs.set(idOf(this.source, each), each.row);
  }
}

function each(times: number, body: (random: Random, source: EventSource) => void): void {
  for (let i = 0; i < times; i++) {
    const random = new Random(SEED + i);
    try {
      body(random, generatePairedSource(random, 'pairs'));
    } catch (error) {
      throw new Error(`seed ${SEED + i}: ${(error as Error).message}`, { cause: error });
    }
  }
}

describe(`makers of pairs (seed ${SEED})`, () => {
  it('find what the oracle finds, in whatever order events arrive', () => {
    let found = 0;
    each(400, (random, source) => {
      const { inputs, records } = generateRecords(random, source);
      const counted = new Counted(source, pairMaker(source, UNBOUNDED));
      for (const record of shuffled(random, records)) counted.add(record);
      expect(counted.pairs).toEqual(expectedOf(source, inputs));
      found += counted.pairs.size;
    });
    expect(found).toBeGreaterThan(1_000);
  });

  it('find the same again after any crash and any replay', () => {
    each(200, (random, source) => {
      const { inputs, records } = generateRecords(random, source);
      const order = shuffled(random, records);
      const maker = pairMaker(source, UNBOUNDED);
      const counted = new Counted(source, maker);
      for (let next = 0; next < order.length; next++) {
        counted.add(order[next] as Record);
        if (!random.chance(0.05)) continue;
        // all that may still find a partner is read again, each input in an order of its own
        maker.forget();
        for (const record of shuffled(random, order.slice(0, next + 1))) counted.add(record);
      }
      expect(counted.pairs).toEqual(expectedOf(source, inputs));
    });
  });

  it('forget nothing that makes a pair from an instant on, and hold nothing else', () => {
    each(300, (random, source) => {
      const { inputs, records } = generateRecords(random, source);
      if (records.length === 0) return;
      const times = records.map(({ eventTimeMs }) => eventTimeMs);
      const heldFromMs = random.pick(times) + random.integer(3) - 1;
      const order = shuffled(random, records);
      const half = random.integer(order.length + 1);
      const maker = pairMaker(source, UNBOUNDED);
      const counted = new Counted(source, maker);
      for (const record of order.slice(0, half)) counted.add(record);
      maker.expire(heldFromMs);
      for (const record of order.slice(half)) counted.add(record);
      for (const [id, row] of expectedOf(source, inputs)) {
        const place = source.fields.findIndex(({ name }) => name === source.eventTime);
        if ((row[place] as number) >= heldFromMs) expect(counted.pairs.get(id)).toEqual(row);
      }
      maker.expire(Math.max(...times) + 8 * DAY_MS);
      expect(maker.sizeBytes).toBe(0);
    });
  });

  it('make no pair of an event twice while it is remembered', () => {
    each(100, (random, source) => {
      if (source.pairing?.kind !== 'join') return;
      const { records } = generateRecords(random, source);
      const counted = new Counted(source, pairMaker(source, UNBOUNDED));
      for (const record of [...records, ...records]) counted.add(record);
      expect(counted.added).toBe(counted.pairs.size);
    });
  });

  it('say what to do when what they hold is too much', () => {
    each(20, (random, source) => {
      const { records } = generateRecords(random, source);
      const maker = pairMaker(source, { maxBytes: 1 });
      const holding = records.filter(({ row }) => row.every((value) => value !== null));
      if (source.pairing?.kind !== 'join' || holding.length === 0) return;
      expect(() =>
        holding.map(({ input, row, eventTimeMs }) => maker.add(input, row, eventTimeMs, 0)),
      ).toThrow(/FOREBAY_STREAM_MAX_PAIR_MEGABYTES/);
    });
  });

  it('tell of a key whose events are in partitions of different numbers', () => {
    each(100, (random, source) => {
      const { records } = generateRecords(random, source);
      const apart = pairMaker(source, UNBOUNDED);
      const together = pairMaker(source, UNBOUNDED);
      for (const [i, { input, row, eventTimeMs }] of records.entries()) {
        apart.add(input, row, eventTimeMs, i % 2);
        together.add(input, row, eventTimeMs, 3);
      }
      expect(together.scatteredKey).toBeNull();
      if (
        apart.sizeBytes > 2_000 &&
        source.pairing?.kind === 'join' &&
        source.pairing.definition.on.length === 1
      )
        expect(apart.scatteredKey).toBe('e');
    });
  });

  it('refuse an event that completes absurdly many pairs', () => {
    const random = new Random(SEED);
    let source = generatePairedSource(random, 'pairs');
    while (source.pairing?.kind !== 'join' || source.pairing.definition.on.length > 1)
      source = generatePairedSource(random, 'pairs');
    const [left] = inputsOf(source.pairing);
    const maker = pairMaker(source, UNBOUNDED);
    const row = (who: string, id: number) => {
      const values: Value[] = left.fields.map(() => null);
      values[1] = who;
      values[8] = id;
      values[9] = `c${id}`;
      return values;
    };
    for (let id = 0; id <= MAX_PAIRS_OF_AN_EVENT; id++) maker.add(0, row('hot', id), 1_000, 0);
    expect(() => maker.add(1, row('hot', 1), 1_000, 0)).toThrow(/completes 10001 pairs of key "hot"/);
    expect(maker.add(1, row('cold', 1), 1_000, 0)).toEqual([]);
  });
});
