import { MINUTE_MS } from '@forebay/contract';
import { type Attributes, type Counter, createNoopMeter, type MeterProvider } from '@opentelemetry/api';
import type { Instruments, Counter as OurCounter } from '../instruments';
import type { Logger } from '../logger';
import type { OtlpSignal } from './otlp-signals';

/** How an export went: the SDK's `ExportResult`. */
interface ExportResult {
  /** 0: it was taken. */
  readonly code: number;
  readonly error?: Error;
}

/** What the SDK's exporters of all signals have in common. */
export interface Exporter<Items> {
  export(items: Items, done: (result: ExportResult) => void): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

export interface CollectorOptions {
  /** OTLP/HTTP, without the path. */
  readonly endpoint: string;
  /** Told when the collector begins to lose what it is sent. */
  readonly logger: Pick<Logger, 'warn'>;
  /** Milliseconds since some instant. */
  readonly clock: () => number;
}

const ITEMS = {
  traces: 'spans',
  metrics: 'data points',
  logs: 'log records',
} as const satisfies Record<OtlpSignal, string>;

/** A collector that stays away is spoken of so often. */
const SAY_AGAIN_AFTER_MS = 10 * MINUTE_MS;
/** As the SDK's queues call what they have no room for. */
const QUEUE_FULL = 'queue_full';

/** The collector as its senders see it: where it is, and what became of what it was sent, which is counted and said once. */
export class Collector {
  #items: OurCounter<'forebay_telemetry_items_total'> | null = null;
  readonly #saidMs = new Map<OtlpSignal, number>();

  constructor(private readonly options: CollectorOptions) {}

  url(signal: OtlpSignal): string {
    return `${this.options.endpoint.replace(/\/+$/, '')}/v1/${signal}`;
  }

  /** What is sent from now on is counted there. */
  countIn(instruments: Instruments): void {
    this.#items = instruments.counter('forebay_telemetry_items_total');
  }

  /** The exporter, with its results counted. */
  watch<Items>(
    signal: OtlpSignal,
    exporter: Exporter<Items>,
    sizeOf: (items: Items) => number,
  ): Exporter<Items> {
    return {
      export: (items, done) =>
        exporter.export(items, (result) => {
          if (result.code === 0) this.#items?.add({ signal, outcome: 'sent' }, sizeOf(items));
          else this.#lost(signal, sizeOf(items), reasonOf(result.error));
          done(result);
        }),
      forceFlush: () => exporter.forceFlush(),
      shutdown: () => exporter.shutdown(),
    };
  }

  /** A meter for one of the SDK's queues: it hears what the queue had no room for, and nothing else. */
  queueMeters(signal: OtlpSignal): MeterProvider {
    const meter = createNoopMeter();
    const counter: Counter = {
      add: (count: number, attributes?: Attributes) => {
        if (attributes?.['error.type'] === QUEUE_FULL) this.#lost(signal, count, 'too many wait for it');
      },
    };
    const listening = Object.assign(Object.create(meter) as typeof meter, { createCounter: () => counter });
    return { getMeter: () => listening };
  }

  #lost(signal: OtlpSignal, count: number, why: string): void {
    this.#items?.add({ signal, outcome: 'lost' }, count);
    const { endpoint, logger, clock } = this.options;
    const nowMs = clock();
    if (nowMs - (this.#saidMs.get(signal) ?? Number.NEGATIVE_INFINITY) < SAY_AGAIN_AFTER_MS) return;
    this.#saidMs.set(signal, nowMs);
    logger.warn(
      { signal },
      `${ITEMS[signal]} are lost, because the OTLP collector at ${endpoint} does not take them (${why}): see that it is there (FOREBAY_OTLP_ENDPOINT), or leave ${signal} out of FOREBAY_OTLP_SIGNALS; forebay_telemetry_items_total counts what is lost`,
    );
  }
}

/** Of an answer its status, too. */
function reasonOf(error: Error | undefined): string {
  const { message = '', code } = (error ?? {}) as { message?: string; code?: unknown };
  const what = message === '' ? 'it did not say why' : message;
  return typeof code === 'number' ? `HTTP ${code}: ${what}` : what;
}
