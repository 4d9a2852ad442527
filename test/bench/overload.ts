/**
 * `npm run bench -- overload`: three times as many calls as one serving process can answer. It answers nearly as many as before,
 * in time, and refuses the others at once. Goodput is counted per second of the server's processor, and the deadline in times
 * of a call, so that what else the machine does makes little difference.
 */
import { resolve } from 'node:path';
import { encodeMessage } from '@forebay/contract';
import {
  applyPlan,
  compileProject,
  decodeRegistry,
  encodeRegistry,
  featureService,
  onDemandView,
  project,
  type RegistrySnapshot,
} from '@forebay/definitions';
import { startLocalStack } from '@forebay/local-stack';
import { connectRedis, publishRegistry } from '@forebay/online-store';
import { type Client, type ServiceError, status } from '@grpc/grpc-js';
import { Service } from '../support/service';
import { ownClient } from '../support/serving-load';
import { waitFor } from '../support/wait-for';
import { reportBench } from './report';

const CONNECTIONS = 8;
const ROWS = 100;
/** Computed for each row; one of them is in the answer, so that what is long is the work and not the message. */
const FEATURES = 200;
const PEAK_MS = 4_000;
const TICK_MS = 5;
/** As many calls could be answered one after another within the deadline of each. */
const DEADLINE_CALLS = 200;
/** Overloaded for so many deadlines. */
const OVERLOAD_DEADLINES = 4;
/** Times what the server can answer. */
const OVERLOAD = 3;
const LEAST_SHARE = 0.8;

/**
 * Some milliseconds of the server's time, computed from the request alone: what is overloaded is the server, neither Redis nor
 * this process.
 */
const heavy = onDemandView({
  name: 'heavy',
  request: { price: 'double', pieces: 'int64' },
  features: Object.fromEntries(
    Array.from({ length: FEATURES }, (_, i) => [`f${i}`, `exp(log(price + ${i}.5) / 3.0) * double(pieces)`]),
  ),
});

function heavyRegistry(): RegistrySnapshot {
  const compiled = compileProject(
    project({
      name: 'shop',
      onDemandViews: [heavy],
      featureServices: [featureService({ name: 'heavy', features: [heavy.pick('f0')] })],
    }),
  );
  return decodeRegistry(encodeRegistry(applyPlan(null, compiled, { nowMs: 0, appliedBy: 'test' })));
}

const REQUEST = Buffer.from(
  encodeMessage('GetOnlineFeaturesRequest', {
    project: 'shop',
    feature_service: 'heavy',
    request: [
      { name: 'price', doubles: Array.from({ length: ROWS }, (_, i) => i / 7) },
      { name: 'pieces', integers: Array.from({ length: ROWS }, (_, i) => i) },
    ],
  }),
);

interface Outcome {
  readonly code: status;
  readonly retryAfter: boolean;
}

class Caller {
  constructor(
    private readonly clients: readonly Client[],
    private readonly service: Service,
  ) {}

  /** Calls that were answered in time, per second of the server's processor. */
  async goodput(phase: () => Promise<Outcome[]>) {
    const before = await this.#cpuSeconds();
    const outcomes = await phase();
    const cpuSeconds = (await this.#cpuSeconds()) - before;
    const answered = outcomes.filter(({ code }) => code === status.OK).length;
    return { outcomes, answered, perCpuSecond: answered / cpuSeconds };
  }

  /** So many calls are always under way. */
  async closedLoop(inFlight: number, forMs: number): Promise<Outcome[]> {
    const endMs = performance.now() + forMs;
    const outcomes: Outcome[] = [];
    const reader = async (number: number) => {
      while (performance.now() < endMs) outcomes.push(await this.#call(number, 60_000));
    };
    await Promise.all(Array.from({ length: inFlight }, (_, number) => reader(number)));
    return outcomes;
  }

  /** Calls come at a rate, whether or not earlier ones have been answered. */
  async openLoop(perSecond: number, forMs: number, deadlineMs: number): Promise<Outcome[]> {
    const calls: Promise<Outcome>[] = [];
    const startedMs = performance.now();
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const elapsedMs = performance.now() - startedMs;
        const due = (Math.min(elapsedMs, forMs) / 1_000) * perSecond;
        while (calls.length < due) calls.push(this.#call(calls.length, deadlineMs));
        if (elapsedMs < forMs) return;
        clearInterval(timer);
        resolve();
      }, TICK_MS);
    });
    return Promise.all(calls);
  }

  #call(number: number, deadlineMs: number): Promise<Outcome> {
    return new Promise((resolve) => {
      (this.clients[number % CONNECTIONS] as Client).makeUnaryRequest(
        '/forebay.v1.FeatureService/GetOnlineFeatures',
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => bytes,
        REQUEST,
        { deadline: Date.now() + deadlineMs },
        (error: ServiceError | null) => {
          const [details] = error?.metadata?.get('grpc-status-details-bin') ?? [];
          const retryAfter = details?.toString('latin1').includes('google.rpc.RetryInfo') ?? false;
          resolve({ code: error === null ? status.OK : error.code, retryAfter });
        },
      );
    });
  }

  async #cpuSeconds(): Promise<number> {
    return Number(/^process_cpu_seconds_total ([0-9.]+)$/m.exec(await this.service.metrics())?.[1]);
  }
}

function share(outcomes: readonly Outcome[], code: status): number {
  return outcomes.filter((outcome) => outcome.code === code).length / outcomes.length;
}

async function measure(caller: Caller): Promise<void> {
  await caller.closedLoop(CONNECTIONS, PEAK_MS); // warm
  const peak = await caller.goodput(() => caller.closedLoop(2 * CONNECTIONS, PEAK_MS));
  const callMs = PEAK_MS / peak.answered;
  const deadlineMs = Math.ceil(DEADLINE_CALLS * callMs);
  const rate = (OVERLOAD * 1_000) / callMs;
  console.log(
    `a call takes ${callMs.toFixed(1)} ms; ${rate.toFixed(0)} calls/s with deadlines of ${deadlineMs} ms`,
  );
  const forMs = OVERLOAD_DEADLINES * deadlineMs;
  const over = await caller.goodput(() => caller.openLoop(rate, forMs, deadlineMs));
  const refused = over.outcomes.filter(({ code }) => code === status.RESOURCE_EXHAUSTED);
  const withRetry = refused.filter(({ retryAfter }) => retryAfter).length / refused.length;
  reportBench('overload', [
    { case: 'peak', value: peak.perCpuSecond, unit: 'answers per CPU second', target: null },
    {
      case: `goodput at ${OVERLOAD} x the load`,
      ratio: over.perCpuSecond / peak.perCpuSecond,
      unit: 'x of the peak, per CPU second',
      target: { atLeast: LEAST_SHARE },
    },
    {
      case: 'refused',
      value: share(over.outcomes, status.RESOURCE_EXHAUSTED),
      unit: 'of the calls',
      target: null,
    },
    { case: 'refused with RetryInfo', value: withRetry, unit: 'of those refused', target: { atLeast: 1 } },
    {
      case: 'late',
      value: share(over.outcomes, status.DEADLINE_EXCEEDED),
      unit: 'of the calls',
      target: null,
    },
  ]);
}

async function main(): Promise<void> {
  const stack = await startLocalStack({
    homeDir: resolve(process.cwd(), '.forebay'),
    env: {},
    parts: ['redis'],
    log: (message) => process.stderr.write(`local stack: ${message}\n`),
  });
  const clients: Client[] = [];
  let service: Service | null = null;
  try {
    const connection = await connectRedis({ url: stack.redisUrl, role: 'admin', setting: 'REDIS_URL' });
    await publishRegistry(connection, { version: 1, snapshot: encodeRegistry(heavyRegistry()) }, 0);
    await connection.close();
    const started = await Service.start('serving', { FOREBAY_REDIS_URL: stack.redisUrl });
    service = started;
    await waitFor(async () => (await fetch(`http://127.0.0.1:${started.ports.metrics}/readyz`)).ok, {
      deadlineMs: 20_000,
      message: 'serving is ready',
    });
    for (let i = 0; i < CONNECTIONS; i++) clients.push(ownClient(`127.0.0.1:${started.ports.grpc}`));
    await measure(new Caller(clients, started));
  } finally {
    for (const client of clients) client.close();
    await service?.terminate();
    await stack.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
