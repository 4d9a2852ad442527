import { ForebayError, REASONS, type Reason } from '@forebay/contract';
import { failureError, failureText, isWorthRetrying } from './job-failure';

test.each(Object.keys(REASONS) as Reason[])(
  'a failure for the reason %s is the same after it was stored',
  (reason) => {
    const error = new ForebayError(reason, 'view "v": no history: load some\nor wait');
    expect(failureError(failureText(error))).toMatchObject({ reason, message: error.message });
  },
);

test("a text of the queue's own is an internal failure", () => {
  const text = 'job stalled more than allowable limit';
  expect(failureError(text)).toMatchObject({ reason: 'internal', message: text });
  expect(failureError('toString: x')).toMatchObject({ reason: 'internal', message: 'toString: x' });
});

test('what was refused is refused again, what failed may pass', () => {
  const isRetried = (reason: Reason) => isWorthRetrying(new ForebayError(reason, ''));
  expect((Object.keys(REASONS) as Reason[]).filter(isRetried)).toEqual([
    'conflict',
    'unavailable',
    'deadline_exceeded',
    'overloaded',
    'internal',
  ]);
});
