import { ForebayError } from '@forebay/contract';
import {
  type BrokerSecurity,
  connectEventLog,
  type EventLog,
  type EventLogLogger,
  type NewRecord,
  type RecordProducer,
  type TopicPartitionOffset,
} from '@forebay/event-log';
import { inSpan, type TraceHeaders, traceHeaders, tracingIsOn } from '@forebay/service-kit';
import { PUSH_SETTINGS } from './push-settings';

/** What a record takes beside its value, about. */
const RECORD_OVERHEAD_BYTES = 500;

export interface PushProducerOptions {
  readonly brokers: readonly string[];
  readonly security: BrokerSecurity;
  readonly logger: EventLogLogger;
  /** Bytes of events that may wait for Kafka. */
  readonly maxWaitingBytes: number;
}

interface Connected {
  readonly log: EventLog;
  readonly producer: RecordProducer;
}

/** Writes pushed events. Serving neither waits for Kafka nor needs it: it is connected at the first push, and again after that failed. */
export class PushProducer {
  #connected: Promise<Connected> | null = null;
  #waitingBytes = 0;

  constructor(private readonly options: PushProducerOptions) {}

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /**
   * Resolves to where each record lies. Throws `overloaded` when there is no room, `unavailable` when Kafka cannot be reached: nothing
   * is written then; `conflict` when Kafka took the records and did not confirm them, and `deadline_exceeded` after `timeoutMs`: they may
   * be written or not.
   */
  async send(
    records: readonly (NewRecord & { readonly value: string })[],
    timeoutMs: number,
  ): Promise<readonly TopicPartitionOffset[]> {
    const bytes = records.reduce((sum, { value }) => sum + value.length + RECORD_OVERHEAD_BYTES, 0);
    this.#admit(bytes);
    this.#waitingBytes += bytes;
    const sending = this.#traced(records).finally(() => {
      this.#waitingBytes -= bytes;
    });
    return withinTime(sending, timeoutMs);
  }

  async close(): Promise<void> {
    const connected = await this.#connected?.catch(() => null);
    await connected?.producer.close();
    await connected?.log.close();
  }

  #admit(bytes: number): void {
    const { maxWaitingBytes } = this.options;
    if (this.#waitingBytes === 0 || this.#waitingBytes + bytes <= maxWaitingBytes) return;
    throw new ForebayError(
      'overloaded',
      `${this.#waitingBytes} bytes of events wait for kafka, and there is room for ${maxWaitingBytes} (${PUSH_SETTINGS.pushMemoryBytes.env}): try again later`,
    );
  }

  /** The records carry the trace on: the stream's span is linked to the one that they were sent in. */
  #traced(records: readonly NewRecord[]): Promise<readonly TopicPartitionOffset[]> {
    if (!tracingIsOn()) return this.#send(records);
    const topic = records[0]?.topic ?? '';
    const attributes = {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': topic,
      'messaging.batch.message_count': records.length,
    };
    const send = () => this.#send(headed(records, traceHeaders()));
    return inSpan(`send ${topic}`, attributes, send, { kind: 'producer' });
  }

  async #send(records: readonly NewRecord[]): Promise<readonly TopicPartitionOffset[]> {
    const { producer } = await this.#connect();
    try {
      return await producer.send(records);
    } catch (thrown) {
      const error = ForebayError.from(thrown);
      if (error.reason !== 'unavailable') throw error;
      // a client may try an unavailable server again by itself: that would not be safe here
      throw new ForebayError(
        'conflict',
        `kafka did not confirm the events, which may be written or not: ${error.message}`,
        { cause: error },
      );
    }
  }

  #connect(): Promise<Connected> {
    this.#connected ??= this.#open().catch((thrown: unknown) => {
      this.#connected = null;
      throw thrown;
    });
    return this.#connected;
  }

  async #open(): Promise<Connected> {
    const { brokers, security, logger } = this.options;
    const log = await connectEventLog({ brokers, security, clientId: 'forebay-serving', logger });
    try {
      return { log, producer: await log.producer() };
    } catch (thrown) {
      await log.close();
      throw thrown;
    }
  }
}

function headed(records: readonly NewRecord[], trace: TraceHeaders): readonly NewRecord[] {
  return records.map((record) => ({ ...record, headers: { ...record.headers, ...trace } }));
}

async function withinTime<T>(sending: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = 'kafka has not confirmed the events in time: they may be written or not, now or later';
    timer = setTimeout(() => reject(new ForebayError('deadline_exceeded', message)), Math.max(0, timeoutMs));
  });
  try {
    return await Promise.race([sending, late]);
  } finally {
    clearTimeout(timer);
    sending.catch(() => undefined); // nobody may be waiting for it any more
  }
}
