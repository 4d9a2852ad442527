import type { OutputTopic } from '@forebay/definitions';
import { type EventLog, OUTPUT_TOPIC_CONFIG, type RecordProducer } from '@forebay/event-log';

/** What output topics need of Kafka: a producer of their own, so that nothing else waits for them, connected when it is first needed. */
export class OutputLog {
  #producer: Promise<RecordProducer> | null = null;

  constructor(private readonly eventLog: Pick<EventLog, 'producer' | 'admin'>) {}

  /** Rejects with `unavailable`; a later call tries again. */
  producer(): Promise<Pick<RecordProducer, 'send'>> {
    this.#producer ??= this.eventLog.producer().catch((error: unknown) => {
      this.#producer = null;
      throw error;
    });
    return this.#producer;
  }

  /** Creates the topic where there is none. */
  async ensureTopic({ topic, partitions }: OutputTopic): Promise<void> {
    await this.eventLog.admin.ensureTopic(topic, { partitions, config: OUTPUT_TOPIC_CONFIG });
  }

  async close(): Promise<void> {
    await (await this.#producer?.catch(() => null))?.close();
  }
}
