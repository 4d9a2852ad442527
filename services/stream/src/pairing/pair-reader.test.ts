import {
  compileProject,
  eventSource,
  InputPartitions,
  joinedSource,
  type Pairing,
  pairedSourceOf,
  project,
} from '@forebay/definitions';
import { NOTHING_ERASED } from '../erased-events';
import { TopicsReader } from '../topics-reader';
import { commonPartitions } from './input-topics';
import { PairReader } from './pair-reader';

const MINUTE_MS = 60_000;
const NOW = Date.UTC(2026, 4, 9, 12);

function input(name: string) {
  return eventSource({
    name,
    topic: name,
    fields: { at: 'timestamp', id: 'string', user: 'string' },
    eventTime: 'at',
    eventId: 'id',
    allowedLateness: '10m',
    maxClockSkew: '1m',
  });
}

function open(readsAll: boolean, heldFromMs = () => Number.NEGATIVE_INFINITY) {
  const [left, right] = [input('shown'), input('clicked')];
  const joined = joinedSource({
    name: 'both',
    left,
    right,
    on: { user: 'user' },
    within: '5m',
    fields: { user: 'left.user' },
  });
  const compiled = compileProject(
    project({ name: 'ads', eventSources: [left, right], joinedSources: [joined] }),
  );
  const source = pairedSourceOf(
    compiled,
    compiled.joinedSources[0] as (typeof compiled.joinedSources)[number],
  );
  const inputs = new InputPartitions(source.pairing as Pairing);
  const reader = new PairReader({
    source,
    inputs,
    readerOf: (input) => new TopicsReader(input),
    erasedOf: () => NOTHING_ERASED,
    heldFromMs,
    readsAll: () => readsAll,
    maxBytes: 1_000_000,
  });
  let offset = 0;
  /** One record of the topic's partition; the ids of the events that it completes. */
  const read = (topic: string, partition: number, event: object, arrivedMs = NOW): unknown[] => {
    const at = offset++;
    const value = Buffer.from(JSON.stringify(event));
    const records = [{ value, headers: {}, offset: at, timestampMs: arrivedMs }];
    const number = inputs.numberOf({ topic, partition });
    const piece = { partition: number, epoch: 0, records, firstOffset: at, nextOffset: at + 1 };
    const { chunk, rejected } = reader.read(piece, arrivedMs);
    expect(rejected).toEqual([]);
    return chunk.events.map(({ row }) => row.at(-1));
  };
  return { reader, inputs, read };
}

const shown = { at: NOW - MINUTE_MS, id: 'i1', user: 'ana' };
const clicked = { at: NOW, id: 'c1', user: 'ana' };

describe('a reader of pairs', () => {
  it('gives a pair with the record that completes it, whichever that is', () => {
    const { read } = open(false);
    expect(read('clicked', 1, clicked)).toEqual([]);
    expect(read('shown', 1, shown)).toEqual([`i1/c1/${shown.at}/2`]);
    expect(read('clicked', 1, { ...clicked, id: 'c2' })).toEqual([`i1/c2/${shown.at}/2`]);
  });

  it('passes over records that are no events', () => {
    const { read } = open(false);
    expect(read('shown', 0, { id: 'i1' })).toEqual([]);
  });

  it('stops where partners lie in partitions that others may read', () => {
    const { read } = open(false);
    read('shown', 0, shown);
    expect(() => read('clicked', 1, clicked)).toThrow(
      /events with the key "ana" are in different partitions/,
    );
  });

  it('pairs across partitions where it reads all of them', () => {
    const { read } = open(true);
    read('shown', 0, shown);
    expect(read('clicked', 1, clicked)).toHaveLength(1);
  });

  it('holds no more of a backlog than what was in time may need', () => {
    const { reader, inputs, read } = open(true);
    reader.begin(
      ['shown', 'clicked'].map((topic) => [inputs.numberOf({ topic, partition: 0 }), 0, 1_000_000] as const),
    );
    const sizes = [0, 1, 2, 3, 4, 5].map((hour) => {
      for (const topic of ['shown', 'clicked'])
        for (let i = 0; i < 30; i++) {
          const at = NOW + hour * 60 * MINUTE_MS + i * MINUTE_MS;
          read(topic, 0, { at, id: `${hour}-${i}`, user: `user-${hour}-${i}` }, at);
        }
      return reader.sizeBytes;
    });
    expect(sizes[5]).toBeLessThan(1.5 * (sizes[1] as number));
  });

  it('forgets the events of partitions that others read from then on, and keeps the rest', () => {
    const { reader, inputs, read } = open(false);
    read('shown', 0, shown);
    read('shown', 1, { ...shown, user: 'ben' });
    const before = reader.sizeBytes;
    reader.forgetPartitions(
      new Set(['shown', 'clicked'].map((topic) => inputs.numberOf({ topic, partition: 0 }))),
    );
    expect(reader.sizeBytes).toBeLessThan(before);
    expect(read('clicked', 0, clicked)).toEqual([]);
    expect(read('clicked', 1, { ...clicked, user: 'ben' })).toHaveLength(1);
  });

  it('reads partitions beside those of before as long as it has forgotten nothing that is asked for', () => {
    const asked = { fromMs: NOW - 60 * MINUTE_MS };
    const { reader, read } = open(true, () => asked.fromMs);
    read('shown', 0, shown);
    expect(reader.canJoin()).toBe(true);
    asked.fromMs = NOW;
    read('shown', 0, { ...shown, id: 'i2' });
    expect(reader.canJoin()).toBe(true);
    // of a source that went back in time
    asked.fromMs = NOW - 60 * MINUTE_MS;
    expect(reader.canJoin()).toBe(false);
    reader.forget();
    expect(reader.canJoin()).toBe(true);
  });

  it('remembers nothing of what was read before it forgot', () => {
    const { reader, read } = open(true);
    read('shown', 0, shown);
    reader.forget();
    expect(read('clicked', 0, clicked)).toEqual([]);
  });
});

describe('partitions of inputs', () => {
  it('must be equally many', () => {
    expect(
      commonPartitions(
        'both',
        new Map([
          ['shown', 4],
          ['clicked', 4],
        ]),
      ),
    ).toBe(4);
    expect(() =>
      commonPartitions(
        'both',
        new Map([
          ['shown', 4],
          ['clicked', 8],
        ]),
      ),
    ).toThrow(/must have equal counts of partitions.*"shown" has 4, "clicked" has 8/);
    expect(() =>
      commonPartitions(
        'both',
        new Map([
          ['shown', 4],
          ['clicked', null],
        ]),
      ),
    ).toThrow(/there is no topic "clicked"/);
  });
});
