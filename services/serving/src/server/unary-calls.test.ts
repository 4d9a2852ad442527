import { ForebayError } from '@forebay/contract';
import type { Instruments, Logger } from '@forebay/service-kit';
import { Metadata, type ServerUnaryCall, type StatusObject, status } from '@grpc/grpc-js';
import type { CallGate } from '../security/call-gate';
import { ANYONE, type Caller } from '../security/caller';
import { Load } from './load';
import { type UnaryCall, UnaryCalls } from './unary-calls';

type Outcome = readonly [status, unknown];

/** A server's method, what was counted of it, and how its calls ended. */
function methodOf(
  begin: (call: UnaryCall<string, string>) => void,
  callerOf: () => Caller | Promise<Caller>,
) {
  const outcomes: Outcome[] = [];
  const recorded: string[] = [];
  let inFlight: () => number = () => Number.NaN;
  const instruments = {
    counter: () => ({ bind: () => ({ add: () => recorded.push('shed') }) }),
    histogram: () => ({
      bind: (labels: Readonly<Record<string, string>>) => ({
        record: () => recorded.push(labels['error.type'] || 'ok'),
      }),
    }),
    gauge: () => ({
      observe: (read: () => [unknown, number][]) => {
        inFlight = () => read()[0]?.[1] as number;
      },
    }),
  } as unknown as Instruments;
  const load = new Load({ maxInFlight: 2, busyMs: () => 0 });
  const calls = new UnaryCalls({
    instruments,
    logger: { error: () => undefined } as unknown as Logger,
    load,
    gate: { callerOf, noteFailure: () => undefined } as unknown as CallGate,
    defaultDeadlineMs: 1_000,
    endOfTurn: () => undefined,
  });
  const handler = calls.directHandler<string, string>('p.S/M', async () => 'traced', begin);
  return {
    outcomes,
    recorded,
    nothingIsLeft: () => [load.inFlight, inFlight()],
    send(deadline = Number.POSITIVE_INFINITY) {
      const call = { request: 'r', metadata: new Metadata(), cancelled: false, getDeadline: () => deadline };
      handler(call as unknown as ServerUnaryCall<string, string>, (error, response) => {
        outcomes.push([(error as StatusObject | null)?.code ?? status.OK, response]);
      });
      return call;
    },
  };
}

const nextTurn = () => new Promise(setImmediate);
const known = () => ANYONE;
const NOTHING = [0, 0];

test('a call that is answered, one that throws and one that is late end once, and leave nothing behind', async () => {
  const method = methodOf((call) => {
    if (method.outcomes.length === 0) call.answer('a');
    else throw new ForebayError('not_found', 'no such thing');
  }, known);
  for (const deadline of [undefined, undefined, Date.now() - 5]) {
    method.send(deadline);
    await nextTurn();
  }
  expect(method.outcomes).toEqual([
    [status.OK, 'a'],
    [status.NOT_FOUND, undefined],
    [status.DEADLINE_EXCEEDED, undefined],
  ]);
  expect(method.recorded).toEqual(['ok', 'not_found', 'deadline_exceeded']);
  expect(method.nothingIsLeft()).toEqual(NOTHING);
});

test('a caller that goes before it is known who it is costs no work', async () => {
  let know: (caller: Caller) => void = () => undefined;
  const begin = jest.fn();
  const method = methodOf(begin, () => new Promise((resolve) => (know = resolve)));
  const call = method.send();
  await nextTurn();
  expect(method.nothingIsLeft()).toEqual([1, 1]);
  call.cancelled = true;
  know(ANYONE);
  await nextTurn();
  expect(begin).not.toHaveBeenCalled();
  expect(method.outcomes).toEqual([[status.CANCELLED, undefined]]);
  expect(method.nothingIsLeft()).toEqual(NOTHING);
});

test.each([
  ['at once', () => raised(), 'unauthenticated', status.UNAUTHENTICATED],
  ['later', async () => raised(), 'unauthenticated', status.UNAUTHENTICATED],
])('a credential that is refused %s ends the call', async (_, callerOf, reason, code) => {
  const method = methodOf(() => undefined, callerOf);
  method.send();
  await nextTurn();
  await nextTurn();
  expect([method.recorded, method.outcomes]).toEqual([[reason], [[code, undefined]]]);
  expect(method.nothingIsLeft()).toEqual(NOTHING);
});

function raised(): Caller {
  throw new ForebayError('unauthenticated', 'who are you?');
}

test('beyond what may be in flight a call is refused, and the others are not harmed', async () => {
  const begun: UnaryCall<string, string>[] = [];
  const method = methodOf((call) => void begun.push(call), known);
  for (let i = 0; i < 3; i++) method.send();
  expect(method.outcomes).toEqual([[status.RESOURCE_EXHAUSTED, undefined]]);
  expect(method.recorded).toEqual(['shed', 'overloaded']);
  await nextTurn();
  for (const call of begun) call.answer('late');
  expect(method.outcomes).toHaveLength(3);
  expect(method.nothingIsLeft()).toEqual(NOTHING);
});
