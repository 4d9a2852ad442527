/**
 * A client of its own process. Takes orders as messages, one at a time, and answers each: `open` a target, run it `closed` (so
 * many calls in flight) or `open loop` (calls at a rate, whether or not earlier ones have been answered).
 */
import { LoadConnection, type LoadTarget } from './load-connection';

interface OpenOrder {
  readonly kind: 'open';
  readonly name: string;
  readonly target: Omit<LoadTarget, 'requests'> & { readonly requests: readonly string[] };
  readonly connections: number;
}

interface ClosedLoopOrder {
  readonly kind: 'closed loop';
  readonly name: string;
  readonly inFlight: number;
  readonly forMs: number;
}

interface OpenLoopOrder {
  readonly kind: 'open loop';
  readonly name: string;
  readonly callsPerSecond: number;
  readonly forMs: number;
}

interface CloseOrder {
  readonly kind: 'close';
  readonly name: string;
}

export type LoadOrder = OpenOrder | ClosedLoopOrder | OpenLoopOrder | CloseOrder;

export interface LoadResult {
  readonly calls: number;
  /** Calls that were not answered, but refused. */
  readonly refused: number;
  /** Of an open loop: from the instant at which a call was due to its answer, µs. */
  readonly latenciesUs: readonly number[];
  readonly error: string | null;
}

interface Opened {
  readonly connections: LoadConnection[];
  onAnswer: (connection: number, stream: number) => void;
  onRefusal: (connection: number, stream: number, messageBytes: number) => void;
  onFailure: (error: Error) => void;
}

/** Fewer than a server lets one connection have open: what is due beyond them waits here, and its time runs. */
const MAX_STREAMS = 200;

const opened = new Map<string, Opened>();

async function open({ name, target, connections }: OpenOrder): Promise<LoadResult> {
  const made: Opened = {
    connections: [],
    onAnswer: () => {},
    onRefusal: () => {},
    onFailure: () => {},
  };
  opened.set(name, made);
  const requests = target.requests.map((text) => Buffer.from(text, 'base64'));
  for (let i = 0; i < connections; i++) {
    made.connections.push(
      await LoadConnection.open(
        { ...target, requests },
        {
          answered: (stream) => made.onAnswer(i, stream),
          refused: (stream, messageBytes) => made.onRefusal(i, stream, messageBytes),
          failed: (error) => made.onFailure(error),
        },
        Math.floor((i * requests.length) / connections),
      ),
    );
  }
  return { calls: 0, refused: 0, latenciesUs: [], error: null };
}

function targetOf(name: string): Opened {
  const target = opened.get(name);
  if (target === undefined) throw new Error(`"${name}" is not open`);
  return target;
}

function closedLoop({ name, inFlight, forMs }: ClosedLoopOrder): Promise<LoadResult> {
  const target = targetOf(name);
  return new Promise((resolve, reject) => {
    const untilMs = performance.now() + forMs;
    let [calls, refused, waiting] = [0, 0, 0];
    const call = (connection: number) => {
      waiting++;
      (target.connections[connection] as LoadConnection).call();
    };
    target.onFailure = reject;
    const goOn = (connection: number) => {
      waiting--;
      if (performance.now() < untilMs) call(connection);
      else if (waiting === 0) resolve({ calls, refused, latenciesUs: [], error: null });
    };
    target.onRefusal = (connection, _, messageBytes) => {
      if (messageBytes > 0) reject(new Error(`a call was answered with a message of ${messageBytes} bytes`));
      refused++;
      goOn(connection);
    };
    target.onAnswer = (connection) => {
      calls++;
      goOn(connection);
    };
    for (let i = 0; i < target.connections.length; i++) for (let j = 0; j < inFlight; j++) call(i);
  });
}

/**
 * Calls are due in bursts, one each millisecond; one that cannot be sent in time counts from the instant at which it was due. (At
 * even distances the client would have to spin, and take one of two cores from those that it measures.)
 */
function openLoop({ name, callsPerSecond, forMs }: OpenLoopOrder): Promise<LoadResult> {
  const target = targetOf(name);
  const count = target.connections.length;
  return new Promise((resolve, reject) => {
    const total = Math.floor((callsPerSecond * forMs) / 1_000);
    const dueMs = target.connections.map(() => new Map<number, number>());
    const latenciesUs = new Float64Array(total);
    const beginMs = performance.now();
    let [sent, answered, refused] = [0, 0, 0];
    const burstOf = (call: number) => beginMs + Math.ceil((call * 1_000) / callsPerSecond);
    target.onFailure = reject;
    target.onRefusal = (connection, stream) => {
      refused++;
      target.onAnswer(connection, stream);
    };
    target.onAnswer = (connection, stream) => {
      const due = dueMs[connection] as Map<number, number>;
      latenciesUs[answered++] = (performance.now() - (due.get(stream) as number)) * 1_000;
      due.delete(stream);
      if (answered === total) resolve({ calls: total, refused, latenciesUs: [...latenciesUs], error: null });
    };
    const send = () => {
      while (sent < total && burstOf(sent) <= performance.now()) {
        const connection = sent % count;
        const due = dueMs[connection] as Map<number, number>;
        if (due.size >= MAX_STREAMS) break;
        due.set((target.connections[connection] as LoadConnection).call(), burstOf(sent));
        sent++;
      }
      if (sent < total) setTimeout(send, Math.max(0, burstOf(sent) - performance.now()));
    };
    send();
  });
}

function close({ name }: CloseOrder): LoadResult {
  for (const connection of targetOf(name).connections) connection.close();
  opened.delete(name);
  return { calls: 0, refused: 0, latenciesUs: [], error: null };
}

async function obey(order: LoadOrder): Promise<LoadResult> {
  switch (order.kind) {
    case 'open':
      return open(order);
    case 'closed loop':
      return closedLoop(order);
    case 'open loop':
      return openLoop(order);
    case 'close':
      return close(order);
  }
}

process.on('message', (order: LoadOrder) => {
  obey(order).then(
    (result) => process.send?.(result),
    (error: Error) => process.send?.({ calls: 0, refused: 0, latenciesUs: [], error: error.message }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
