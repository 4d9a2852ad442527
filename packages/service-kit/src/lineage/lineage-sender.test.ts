import { type Answer, lineageReceiver } from '../../../../test/support/lineage-receiver';
import { waitFor } from '../../../../test/support/wait-for';
import type { LineagePatience } from './lineage-delivery';
import { LineageSender } from './lineage-sender';

const UNTIL = { deadlineMs: 10_000, message: 'the events are told of' };
const IMPATIENT: LineagePatience = { tryTimeoutMs: 50, maxTries: 3, firstPauseMs: 1, longestPauseMs: 5 };

function senderTo(url: string, patience?: LineagePatience) {
  const outcomes: string[] = [];
  const warnings: string[] = [];
  const sender = new LineageSender({
    url,
    token: 'secret',
    onOutcome: (outcome) => outcomes.push(outcome),
    onWarning: (warning) => warnings.push(warning),
    ...(patience === undefined ? {} : { patience }),
  });
  return { sender, outcomes, warnings };
}

test('events come in order, again after a failure of the receiver, with the token', async () => {
  const receiver = await lineageReceiver([503, 429, 500]);
  const { sender, outcomes, warnings } = senderTo(receiver.url);
  for (const n of [1, 2, 3]) sender.send({ n });
  await waitFor(() => outcomes.length === 3, UNTIL);
  expect(receiver.events).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(new Set(receiver.tokens)).toEqual(new Set(['Bearer secret']));
  expect(warnings).toEqual([]);
  await sender.close(1_000);
  await receiver.close();
});

test('what is refused is not sent again, what follows is; of several in a row one is said, all are counted', async () => {
  const receiver = await lineageReceiver([422, 401, 201, 413]);
  const { sender, outcomes, warnings } = senderTo(receiver.url);
  for (const n of [1, 2, 3, 4, 5]) sender.send({ n });
  await waitFor(() => outcomes.length === 5, UNTIL);
  expect(outcomes).toEqual(['refused', 'refused', 'sent', 'refused', 'sent']);
  expect(receiver.events).toEqual([{ n: 3 }, { n: 5 }]);
  const said = 'others are only counted, until one is taken';
  expect(warnings).toEqual([
    `a lineage event was refused: HTTP 422 (FOREBAY_LINEAGE_URL); ${said}`,
    `a lineage event was refused: HTTP 413 (FOREBAY_LINEAGE_URL); ${said}`,
  ]);
  await sender.close(1_000);
  await receiver.close();
});

test('an event that the receiver fails at is given up, and the next one is tried', async () => {
  const receiver = await lineageReceiver([500, 500, 500]);
  const { sender, outcomes, warnings } = senderTo(receiver.url, IMPATIENT);
  sender.send({ n: 1 });
  sender.send({ n: 2 });
  await waitFor(() => outcomes.length === 2, UNTIL);
  expect(outcomes).toEqual(['dropped', 'sent']);
  expect(warnings).toEqual([expect.stringContaining('dropped: HTTP 500')]);
  await sender.close(1_000);
  await receiver.close();
});

test.each<[string, Answer]>([
  ['slow', 'none'],
  ['behind a gateway that finds nobody', 502],
])('a receiver that is %s is waited for, which is said once, and nothing is lost', async (_, answer) => {
  const receiver = await lineageReceiver();
  receiver.otherwise = answer;
  const { sender, outcomes, warnings } = senderTo(receiver.url, IMPATIENT);
  for (const n of [1, 2]) sender.send({ n });
  await waitFor(() => receiver.asked > 10, UNTIL);
  expect(outcomes).toEqual([]);
  expect(warnings).toEqual([
    expect.stringMatching(/^the receiver of lineage is away: .*events wait for it$/),
  ]);
  receiver.otherwise = 201;
  await waitFor(() => outcomes.length === 2, UNTIL);
  expect(receiver.events).toEqual([{ n: 1 }, { n: 2 }]);
  expect(warnings).toHaveLength(1);
  await sender.close(1_000);
  await receiver.close();
});

test('with nobody there the queue is bounded, and closing does not hang', async () => {
  const receiver = await lineageReceiver();
  await receiver.close();
  const { sender, outcomes, warnings } = senderTo(receiver.url);
  for (let n = 0; n < 1_005; n++) sender.send({ n });
  expect(outcomes).toEqual(Array(5).fill('dropped'));
  expect(warnings).toEqual([expect.stringContaining('1000 events wait already')]);
  await sender.close(50);
  expect(outcomes).toEqual(Array(1_005).fill('dropped'));
  expect(warnings).toHaveLength(1);
});
