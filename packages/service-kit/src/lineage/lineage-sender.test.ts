import { lineageReceiver } from '../../../../test/support/lineage-receiver';
import { waitFor } from '../../../../test/support/wait-for';
import { LineageSender, lineageRunId } from './lineage-sender';
import { lineagePlace } from './run-event';

const UNTIL = { deadlineMs: 10_000, message: 'the events are told of' };

function senderTo(url: string, token?: string) {
  const outcomes: string[] = [];
  const warnings: string[] = [];
  const sender = new LineageSender({
    url,
    token,
    onOutcome: (outcome) => outcomes.push(outcome),
    onWarning: (warning) => warnings.push(warning),
  });
  return { sender, outcomes, warnings };
}

test('events come in order, again after a failure of the receiver, with the token', async () => {
  const receiver = await lineageReceiver([503, 429]);
  const { sender, outcomes } = senderTo(receiver.url, 'secret');
  for (const n of [1, 2, 3]) sender.send({ n });
  await waitFor(() => outcomes.length === 3, UNTIL);
  expect(receiver.events).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(new Set(receiver.tokens)).toEqual(new Set(['Bearer secret']));
  await sender.close(1_000);
  await receiver.close();
});

test('what is refused is not sent again, and what follows is', async () => {
  const receiver = await lineageReceiver([422]);
  const { sender, outcomes, warnings } = senderTo(receiver.url, 'secret');
  sender.send({ n: 1 });
  sender.send({ n: 2 });
  await waitFor(() => outcomes.length === 2, UNTIL);
  expect(outcomes).toEqual(['refused', 'sent']);
  expect(warnings).toEqual(['a lineage event was refused: HTTP 422 (FOREBAY_LINEAGE_URL)']);
  await sender.close(1_000);
  await receiver.close();
});

test('with nobody there the queue is bounded, and closing does not hang', async () => {
  const receiver = await lineageReceiver();
  await receiver.close();
  const { sender, outcomes, warnings } = senderTo(receiver.url);
  for (let n = 0; n < 1_005; n++) sender.send({ n });
  expect(outcomes).toEqual(Array(5).fill('dropped'));
  expect(warnings[0]).toContain('1000 events wait already');
  await sender.close(50);
  expect(outcomes).toEqual(Array(1_005).fill('dropped'));
});

test('a run has one id, a UUID, and places have no credentials', () => {
  expect(lineageRunId('a/materialize/1')).toBe(lineageRunId('a/materialize/1'));
  expect(lineageRunId('a/materialize/1')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(lineageRunId('a/materialize/2')).not.toBe(lineageRunId('a/materialize/1'));
  expect(lineagePlace('redis', 'rediss://user:secret@one:7000,two:7001', 6379)).toBe('redis://one:7000');
  expect(lineagePlace('clickhouse', 'https://me:secret@store/?a=b', 8123)).toBe('clickhouse://store:8123');
});
