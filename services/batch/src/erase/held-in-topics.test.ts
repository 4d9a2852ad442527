import { compileProject, eventSource, project } from '@forebay/definitions';
import { keptOffset } from '@forebay/event-log';
import { recordsIn } from './held-in-topics';

const { eventSources } = compileProject(
  project({
    name: 'shop',
    eventSources: [
      eventSource({ name: 'orders', topic: 'orders', fields: { time: 'timestamp' }, eventTime: 'time' }),
    ],
  }),
);
const source = eventSources[0] as (typeof eventSources)[number];
const found = (first: number, last: number, low: number, epoch = 0, ageMs: number | null = 1_000) =>
  recordsIn(
    source,
    'orders',
    { retention: { ageMs, isCompacted: false }, held: new Map([[2, { low, high: 500 }]]) },
    [{ partition: 2, records: 3, first, last }],
    new Map([[2, keptOffset(epoch, 500)]]),
    10_000,
  );

test('records that the topic has are named with where they stand, and until when', () => {
  expect(found(10, 90, 0)).toEqual([
    {
      topic: 'orders',
      partition: 2,
      records: 3,
      first_offset: 10,
      end_offset: 91,
      until_ms: 11_000,
      remark: '',
    },
  ]);
  expect(found(10, 90, 0, 0, null)[0]).toMatchObject({ is_kept_forever: true });
});

test('of records of which some are deleted the others are named, and of deleted ones nothing', () => {
  expect(found(10, 90, 50)[0]).toMatchObject({
    first_offset: 50,
    remark: 'the older ones are deleted already',
  });
  expect(found(10, 90, 91)).toEqual([]);
});

test('records of a topic that was made anew since are gone', () => {
  expect(found(10, 90, 0, 1)).toEqual([]);
  expect(found(10, keptOffset(1, 4), 0, 1)[0]).toMatchObject({ first_offset: 0, end_offset: 5 });
});
