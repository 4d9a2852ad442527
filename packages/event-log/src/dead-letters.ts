import { headerNumber, headersWithout, headerText } from './header-values';
import type { EventRecord, NewRecord, RecordHeaders, TopicPartition } from './record';
import type { RecordProducer } from './record-producer';
import { REPLAY_HEADERS, readReplayOrigin } from './replays';

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
  time: '__forebay.errors.time',
  attempt: '__forebay.errors.attempt',
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
  /** The topic in whose dead letter topic it lies; its own if left out. Those of all topics of a source lie in one. */
  readonly besideTopic?: string;
}

/**
 * Where a dead letter came from and why, as its headers say. Of a record that was replayed and failed again, the position is that
 * of the original.
 */
export interface DeadLetterOrigin extends TopicPartition {
  readonly offset: number;
  /** When the original arrived. */
  readonly timestampMs: number;
  readonly reason: string;
  readonly message: string;
  readonly source: string;
  readonly service: string;
  /** When it was given up, ms; NaN: the headers do not say. */
  readonly timeMs: number;
  /** How often it has been given up, this time included. */
  readonly attempt: number;
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
    private readonly clock: () => number,
  ) {}

  /** Resolves when all of them are written: only then may reading go on behind them. */
  async send(letters: readonly DeadLetter[]): Promise<void> {
    const givenUp = { service: this.service, timeMs: this.clock() };
    await this.producer.send(letters.map((letter) => deadLetterRecord(letter, givenUp)));
  }
}

export function deadLetterRecord(
  letter: DeadLetter,
  { service, timeMs }: { readonly service: string; readonly timeMs: number },
): NewRecord {
  const { topic, record, reason, message, source } = letter;
  const replayed = readReplayOrigin(record.headers);
  const { partition } = replayed ?? letter;
  const { offset, timestampMs } = replayed ?? record;
  const about = {
    topic: replayed?.topic ?? topic,
    partition: String(partition),
    offset: String(offset),
    timestamp: String(timestampMs),
    reason,
    message,
    source,
    service,
    time: String(timeMs),
    attempt: String((replayed?.attempt ?? 0) + 1),
  } satisfies Record<keyof typeof DEAD_LETTER_HEADERS, string>;
  const headers: Record<string, RecordHeaders[string]> = {
    ...headersWithout(record.headers, Object.values(REPLAY_HEADERS)),
  };
  for (const [name, header] of Object.entries(DEAD_LETTER_HEADERS))
    headers[header] = about[name as keyof typeof about];
  return {
    topic: deadLetterTopic(letter.besideTopic ?? topic),
    key: record.key,
    value: record.value,
    headers,
  };
}

/** Reads the headers of a dead letter; null for a record that is none. */
export function readDeadLetterOrigin(headers: RecordHeaders): DeadLetterOrigin | null {
  const text = (name: keyof typeof DEAD_LETTER_HEADERS) => headerText(headers, DEAD_LETTER_HEADERS[name]);
  const number = (name: keyof typeof DEAD_LETTER_HEADERS) => headerNumber(headers, DEAD_LETTER_HEADERS[name]);
  const [topic, partition, offset] = [text('topic'), number('partition'), number('offset')];
  if (topic === null || !Number.isInteger(partition) || !Number.isInteger(offset)) return null;
  const attempt = number('attempt');
  return {
    topic,
    partition,
    offset,
    timestampMs: number('timestamp'),
    reason: text('reason') ?? '',
    message: text('message') ?? '',
    source: text('source') ?? '',
    service: text('service') ?? '',
    timeMs: number('time'),
    attempt: Number.isInteger(attempt) && attempt > 0 ? attempt : 1,
  };
}

/** The headers of a dead letter without those that say that it is one. */
export function originalHeaders(headers: RecordHeaders): RecordHeaders {
  return headersWithout(headers, Object.values(DEAD_LETTER_HEADERS));
}
