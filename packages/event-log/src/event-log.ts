import { ForebayError } from '@forebay/contract';
import { Kafka, type LogEntry, type RetryOptions } from 'kafkajs';
import { type BrokerSecurity, clientSecurity } from './broker-security';
import { type ConsumerOptions, compileConsumerOptions } from './consumer-options';
import { CLIENT_LOG_LEVEL, type EventLogLogger, kafkaLogCreator } from './event-log-logger';
import { GroupMember } from './group-member';
import { installRecordBatchDecoder } from './record-batch-decoder';
import { RecordConsumer } from './record-consumer';
import { PRODUCER_RETRY, RecordProducer } from './record-producer';
import { TopicAdmin } from './topic-admin';
import { fetchTopicId } from './topic-id';

export interface EventLogOptions {
  /** `host:port` of brokers to connect to first. */
  readonly brokers: readonly string[];
  /** Default: plain connections, as nobody. */
  readonly security?: BrokerSecurity;
  /** Names this program in the brokers' logs and quotas. */
  readonly clientId: string;
  readonly logger: EventLogLogger;
  readonly connectionTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
}

const REQUEST_TIMEOUT_MS = 15_000;

/** A connection to Kafka. Producers and consumers have connections of their own, and are closed by who opened them. */
export class EventLog {
  private constructor(
    private readonly options: EventLogOptions,
    readonly admin: TopicAdmin,
  ) {}

  /** Tries once. @throws ForebayError `unavailable` when no broker answers. */
  static async connect(options: EventLogOptions): Promise<EventLog> {
    return new EventLog(options, await TopicAdmin.connect(createKafka(options)));
  }

  /** Of a topic as it is now: one that is made anew has another. null: there is no such topic, or the brokers do not tell. @throws ForebayError `unavailable`. */
  topicId(topic: string): Promise<string | null> {
    const {
      brokers,
      clientId,
      security = {},
      requestTimeoutMs: timeoutMs = REQUEST_TIMEOUT_MS,
    } = this.options;
    return fetchTopicId({ brokers, security, clientId, topic, timeoutMs });
  }

  producer(): Promise<RecordProducer> {
    const kafka = createKafka(this.options, { retry: PRODUCER_RETRY });
    return RecordProducer.connect(kafka, this.admin, this.options.logger);
  }

  /** @throws ForebayError `not_found` for a topic that does not exist, `invalid_configuration`, `unavailable`. */
  async consume(options: Omit<ConsumerOptions, 'logger'>): Promise<RecordConsumer> {
    installRecordBatchDecoder();
    const compiled = compileConsumerOptions({ ...options, logger: this.options.logger });
    for (const topic of compiled.topics) {
      if ((await this.admin.partitionCount(topic)) !== null) continue;
      const at = this.options.brokers.join(',');
      throw new ForebayError(
        'not_found',
        `topic "${topic}" does not exist at ${at}: create it with forebay apply`,
      );
    }
    return RecordConsumer.start(
      compiled,
      this.admin,
      (events) => new GroupMember((listen) => createKafka(this.options, { listen }), compiled, events),
    );
  }

  async close(): Promise<void> {
    await this.admin.close();
  }
}

export function connectEventLog(options: EventLogOptions): Promise<EventLog> {
  return EventLog.connect(options);
}

interface ClientOptions {
  readonly listen?: (entry: LogEntry) => void;
  readonly retry?: RetryOptions;
}

/** Who waits long for a broker does so above: here it is a second or two, unless said otherwise. */
const SHORT_RETRY: RetryOptions = { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 };

function createKafka(options: EventLogOptions, client: ClientOptions = {}): Kafka {
  return new Kafka({
    brokers: [...options.brokers],
    ...clientSecurity(options.security ?? {}),
    clientId: options.clientId,
    connectionTimeout: options.connectionTimeoutMs ?? 5_000,
    requestTimeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    retry: client.retry ?? SHORT_RETRY,
    logLevel: CLIENT_LOG_LEVEL,
    logCreator: kafkaLogCreator(options.logger, client.listen),
  });
}
