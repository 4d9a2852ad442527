import { ForebayError } from '@forebay/contract';
import { CallBatcher } from './call-batcher';
import type { OnlineFeaturesRequest } from './features-request';
import type { OnlineFeatures } from './online-features';

/** What was asked, and answers whose rows say where they stood. */
function recorded(refuse: (request: OnlineFeaturesRequest) => ForebayError | null = () => null) {
  const asked: OnlineFeaturesRequest[] = [];
  const times: number[] = [];
  const ask = async (request: OnlineFeaturesRequest, deadlineMs: number) => {
    asked.push(request);
    times.push(deadlineMs);
    const error = refuse(request);
    if (error !== null) throw error;
    const rowsFrom = (from: number, count: number) => ({ part: [from, count] });
    return { part: 'whole', rowsFrom } as unknown as OnlineFeatures;
  };
  return { asked, times, ask };
}

const request = (ids: number[], more: Partial<OnlineFeaturesRequest> = {}) =>
  ({ project: 'p', featureService: 's', keys: { id: ids }, ...more }) as OnlineFeaturesRequest;

test('calls of one turn are one request, whose rows are theirs in order', async () => {
  const { asked, ask } = recorded();
  const batcher = new CallBatcher(10, ask);
  const answers = await Promise.all([[1], [2, 3], [4]].map((ids) => batcher.call(request(ids), 100)));
  expect(asked).toEqual([request([1, 2, 3, 4], { request: {} })]);
  expect(answers).toEqual([{ part: [0, 1] }, { part: [1, 2] }, { part: [3, 1] }]);
});

test('data of the request is one for each row, since another call may have other data', async () => {
  const { asked, ask } = recorded();
  const batcher = new CallBatcher(10, ask);
  await Promise.all([
    batcher.call(request([1, 2], { request: { amount: 5 } }), 100),
    batcher.call(request([3], { request: { amount: [null] } }), 100),
  ]);
  expect(asked[0]?.request).toEqual({ amount: [5, 5, null] });
});

test('what is not the same, too large or named stays a call of its own', async () => {
  const { asked, ask } = recorded();
  const batcher = new CallBatcher(3, ask);
  await Promise.all([
    batcher.call(request([1]), 100),
    batcher.call(request([2], { featureService: 't' }), 100),
    batcher.call(request([3]), 200),
    batcher.call(request([4], { includeViewTimes: true }), 100),
    batcher.call(request([5], { requestId: 'r' }), 100),
    batcher.call(request([6], { variant: 'v' } as Partial<OnlineFeaturesRequest>), 100),
    batcher.call(request([7, 8, 9]), 100),
    batcher.call(request([10], { request: { amount: 1 } }), 100),
  ]);
  expect(asked.map(({ keys }) => keys.id)).toHaveLength(8);
});

test('a request whose lists do not fit each other cannot be made to fit by another one', async () => {
  const { asked, ask } = recorded();
  const batcher = new CallBatcher(10, ask);
  const both = (a: number[], b: number[]) => request(a, { keys: { a, b } });
  await Promise.all([batcher.call(both([1, 2], [1]), 100), batcher.call(both([3], [2, 3]), 100)]);
  expect(asked).toHaveLength(2);
});

test('beyond the bound another request begins', async () => {
  const { asked, ask } = recorded();
  const batcher = new CallBatcher(4, ask);
  await Promise.all([1, 2, 3, 4, 5, 6].map((id) => batcher.call(request([id]), 100)));
  expect(asked.map(({ keys }) => keys.id)).toEqual([
    [1, 2, 3, 4],
    [5, 6],
  ]);
});

test('a mistake of one is not the others’: each is asked on its own', async () => {
  const { asked, ask } = recorded(({ keys }) =>
    (keys.id ?? []).includes(2) ? new ForebayError('invalid_request', 'no 2') : null,
  );
  const batcher = new CallBatcher(10, ask);
  const answers = await Promise.allSettled([1, 2, 3].map((id) => batcher.call(request([id]), 100)));
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(asked).toHaveLength(4);
});

test('what is asked for again has what is left of its time', async () => {
  let nowMs = 1_000;
  const { times, ask } = recorded(({ keys }) => {
    nowMs += 30;
    return (keys.id ?? []).includes(2) ? new ForebayError('invalid_request', 'no 2') : null;
  });
  const both = (deadlineMs: number) => {
    const batcher = new CallBatcher(10, ask, () => nowMs);
    return Promise.allSettled([1, 2].map((id) => batcher.call(request([id]), deadlineMs)));
  };
  await both(100);
  expect(times).toEqual([100, 70, 70]);
  const answers = await both(20);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(times).toHaveLength(4);
});

test('a request without rows is refused as it would be without the others', async () => {
  const { asked, ask } = recorded();
  const batcher = new CallBatcher(10, ask);
  await Promise.all([batcher.call(request([]), 100), batcher.call(request([1]), 100)]);
  expect(asked).toEqual([request([]), request([1])]);
});

test('what fails for all is not asked again', async () => {
  const { asked, ask } = recorded(() => new ForebayError('overloaded', 'too much'));
  const batcher = new CallBatcher(10, ask);
  const answers = await Promise.allSettled([1, 2].map((id) => batcher.call(request([id]), 100)));
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(asked).toHaveLength(1);
});
