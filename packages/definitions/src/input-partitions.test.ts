import { compileProject } from './compile-project';
import { byReadPartition, InputPartitions } from './input-partitions';
import { sourceOf } from './lookup';
import type { Pairing } from './paired-model';
import { pairingProject } from './pairing.fixture';

const several = { topic: undefined, topics: [{ topic: 'clicks' }, { topic: 'taps' }] };

function inputs(changes: object = {}) {
  const project = compileProject(pairingProject({ clicks: changes }));
  const view = project.aggregationViews.find(({ source }) => source === 'clicked')!;
  const source = sourceOf(project, view);
  return { source, inputs: new InputPartitions(source.pairing as Pairing) };
}

const PLACES = [
  { topic: 'impressions', partition: 0 },
  { topic: 'clicks', partition: 0 },
  { topic: 'impressions', partition: 1 },
  { topic: 'clicks', partition: 1 },
];

describe('partitions of inputs', () => {
  it('have numbers of their own, which stay when partitions or topics are added', () => {
    for (const { inputs: one } of [inputs(), inputs(several)])
      expect(PLACES.map((place) => one.numberOf(place))).toEqual([0, 1, 2, 3]);
  });

  it('are told by their numbers, of whichever topic', () => {
    const { inputs: both } = inputs(several);
    for (const place of [...PLACES, { topic: 'taps', partition: 0 }, { topic: 'taps', partition: 2 }])
      expect(both.topicPlaceOf(both.numberOf(place))).toEqual(place);
    expect(both.placeOf(both.numberOf({ topic: 'taps', partition: 2 }))).toEqual({
      input: 1,
      partition: 258,
    });
    expect(both.sourceOf(both.numberOf({ topic: 'taps', partition: 2 })).name).toBe('clicks');
  });

  it('of the first input hold events that are earlier than what is made of them', () => {
    const { inputs: both } = inputs();
    expect([both.earlierMs(0), both.earlierMs(1)]).toEqual([30 * 60_000, 0]);
  });

  it('answer by number, all topics at once', async () => {
    const { source } = inputs(several);
    const answers = await byReadPartition(source, async (topic) => new Map([[1, topic]]));
    expect(new Map(answers)).toEqual(
      new Map([
        [2, 'impressions'],
        [3, 'clicks'],
        [257 * 2 + 1, 'taps'],
      ]),
    );
  });
});
