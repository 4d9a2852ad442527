import type { EventRecord, NewRecord, RecordHeaders, TopicPartition } from './record';
import type { RecordProducer } from './record-producer';

/** Names of the headers that a dead letter has beyond those of the original record. */
export const DEAD_LETTER_HEADERS = {
  topic: '__forebay.errors.topic',
  partition: '__forebay.errors.partition',
  offset: '__forebay.errors.offset',
  timestamp: '__forebay.errors.timestamp',
  reason: '__forebay.errors.reason',
  message: '__forebay.errors.message',
  source: '__forebay.errors.source',
  service: '__forebay.errors.service',
} as const;

/** A record that can't be used, and why. */
export interface DeadLetter extends TopicPartition {
  readonly record: EventRecord;
  /** A short word, also a metric's label. */
  readonly reason: string;
  /** For a person: what is wrong with it. */
  readonly message: string;
  /** The event source that it was read for. */
  readonly source: string;
}

/** Where a dead letter came from and why, as its headers say. */
export interface DeadLetterOrigin extends TopicPartition {
  readonly offset: number;
  readonly timestampMs: number;
  readonly reason: string;
  readonly message: string;
  readonly source: string;
  readonly service: string;
}

export function deadLetterTopic(topic: string): string {
  return `${topic}.dlq`;
}

/** Writes dead letters: key, value and headers are the original's, untouched. */
export class DeadLetters {
  constructor(
    private readonly producer: RecordProducer,
    /** The name of the service that gives up on the records. */
    private readonly service: string,
  ) {}

  /** Resolves when all of them are written: only then may reading go on behind them. */
  async send(letters: readonly DeadLetter[]): Promise<void> {
    await this.producer.send(letters.map((letter) => deadLetterRecord(letter, this.service)));
  }
}

export function deadLetterRecord(letter: DeadLetter, service: string): NewRecord {
  const { topic, partition, record, reason, message, source } = letter;
  const about = {
    topic,
    partition: String(partition),
    offset: String(record.offset),
    timestamp: String(record.timestampMs),
    reason,
    message,
    source,
    service,
  };
  const headers: Record<string, RecordHeaders[string]> = { ...record.headers };
  for (const [name, header] of Object.entries(DEAD_LETTER_HEADERS))
    headers[header] = about[name as keyof typeof about];
  return { topic: deadLetterTopic(topic), key: record.key, value: record.value, headers };
}

/** Reads the headers of a dead letter; null for a record that is none. */
export function readDeadLetterOrigin(headers: RecordHeaders): DeadLetterOrigin | null {
  const text = (name: keyof typeof DEAD_LETTER_HEADERS): string | null => {
    const value = headers[DEAD_LETTER_HEADERS[name]];
    const one = Array.isArray(value) ? value.at(-1) : value;
    return one === undefined ? null : String(one);
  };
  // An absent header is no number (and not 0).
  const number = (name: keyof typeof DEAD_LETTER_HEADERS) => Number(text(name) ?? Number.NaN);
  const [topic, partition, offset] = [text('topic'), number('partition'), number('offset')];
  if (topic === null || !Number.isInteger(partition) || !Number.isInteger(offset)) return null;
  return {
    topic,
    partition,
    offset,
    timestampMs: number('timestamp'),
    reason: text('reason') ?? '',
    message: text('message') ?? '',
    source: text('source') ?? '',
    service: text('service') ?? '',
  };
}

/** The headers of a dead letter without those that say that it is one. */
export function originalHeaders(headers: RecordHeaders): RecordHeaders {
  const ours = new Set<string>(Object.values(DEAD_LETTER_HEADERS));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ours.has(name)));
}
