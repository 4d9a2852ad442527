import { decodeMessage, encodeMessage, type MessageInput } from '@forebay/contract';
import { membersStatus } from './member-status';

/** As it comes from the store. */
const told = (status: MessageInput<'MemberStatus'>) =>
  decodeMessage('MemberStatus', encodeMessage('MemberStatus', status));

test('counts of members are added, delays are those of all their events', () => {
  const recent = { span_ms: 60_000, events: 10, late: 1, apply_delay_bounds: [0.01, 0.1] };
  const { recent: together } = membersStatus(
    new Map([
      ['a', told({ recent: { ...recent, apply_delay_counts: [99, 0, 0], dead_letters: { not_json: 2 } } })],
      [
        'b',
        told({
          recent: {
            ...recent,
            span_ms: 5_000,
            apply_delay_counts: [0, 1, 0],
            dead_letters: { not_json: 1, future: 0 },
          },
        }),
      ],
    ]),
  );
  expect(together).toMatchObject({
    spanMs: 60_000,
    events: 20,
    late: 2,
    tooLate: 0,
    deadLetters: { not_json: 3 },
    applyDelay: { p50Ms: 5, p99Ms: 10 },
  });
});

test('a view is in the memory of several; of one that is made anew the member knows most that has seen most', () => {
  const { memory, madeAnew, members } = membersStatus(
    new Map([
      [
        'a',
        told({
          partitions: [{ number: 3, topic: 't', partition: 3, lag: 7 }],
          views: [
            { view_id: 1, entities: 2, state_bytes: 100 },
            { view_id: 2, is_made_anew: true, made_anew_ratio: 0.25 },
          ],
        }),
      ],
      [
        'b',
        told({
          views: [
            { view_id: 1, entities: 3, state_bytes: 200 },
            { view_id: 2, is_made_anew: true, made_anew_ratio: 0.5 },
          ],
        }),
      ],
    ]),
  );
  expect([...memory]).toEqual([[1, { entities: 5, bytes: 300 }]]);
  expect([...madeAnew]).toEqual([[2, 0.5]]);
  expect(members.map(({ member, partitions }) => [member, partitions])).toEqual([
    ['a', [{ number: 3, topic: 't', partition: 3, lag: 7 }]],
    ['b', []],
  ]);
});

test('nobody has told anything', () => {
  expect(membersStatus(new Map())).toMatchObject({ members: [], recent: { spanMs: 0, applyDelay: null } });
});
