import { ForebayError } from '@forebay/contract';
import { type EventSource, recordFields, segmentsOfField } from '@forebay/definitions';
import type { NewRecord, RecordProducer } from '@forebay/event-log';
import type { JsonLine } from './json-lines';

/** Records of one request; the producer cuts what is too large for one. */
const BATCH_RECORDS = 2_000;
const BATCH_BYTES = 800_000;
/** Batches that may wait for their acknowledgement while the next lines are read. */
const MAX_WAITING = 4;

export interface PushResult {
  readonly sent: number;
  /** Fields of events that the source does not know, with the number of events; they are tolerated. */
  readonly unknownFields: ReadonlyMap<string, number>;
  /** Events without the field that they are keyed by. */
  readonly withoutKey: number;
}

/**
 * Produces JSON objects, as they are written, to the source's topic; members that have the name of a field of a header also become
 * that header. What is no event of the source is the stream
 * service's to find: it goes to the dead letters. An event without the key field has no key.
 * Throws `failed_precondition` for a source of another format, and what reading throws, with the number of events that were sent before.
 */
export async function pushEvents(
  producer: RecordProducer,
  source: EventSource,
  keyField: string | null,
  lines: AsyncIterable<JsonLine>,
  onSent: (sent: number) => void = () => undefined,
): Promise<PushResult> {
  refuseOtherFormats(source);
  const known = new Set(
    recordFields(source).map(({ name }) => segmentsOfField(source.format, name)?.[0] ?? name),
  );
  const headers = Object.entries(source.format.headers);
  const unknownFields = new Map<string, number>();
  let withoutKey = 0;
  const batches = new BatchSender(producer, onSent);
  try {
    for await (const { text, object } of lines) {
      for (const name of Object.keys(object)) {
        if (!known.has(name)) unknownFields.set(name, (unknownFields.get(name) ?? 0) + 1);
      }
      const key = keyField === null ? null : keyText(placedValue(source, keyField, object));
      if (key === null) withoutKey++;
      const record = { topic: source.topic, key, value: text };
      await batches.add(headers.length === 0 ? record : { ...record, headers: headersOf(headers, object) });
    }
  } catch (thrown) {
    // What was read before a bad line is sent; how much that is, is said.
    await batches.finish();
    const error = ForebayError.from(thrown);
    throw new ForebayError(error.reason, `${error.message} (${batches.sent} events were sent before)`, {
      cause: thrown,
    });
  }
  await batches.finish();
  return { sent: batches.sent, unknownFields, withoutKey };
}

function refuseOtherFormats({ name, topic, format: { encoding } }: EventSource): void {
  if (encoding === 'json') return;
  throw new ForebayError(
    'failed_precondition',
    `source "${name}": its records are ${encoding}, and push writes JSON: write to topic "${topic}" with a producer of ${encoding}`,
  );
}

/** Where the field stands in what is pushed; undefined: nowhere. */
function placedValue({ format }: EventSource, field: string, object: JsonLine['object']): unknown {
  let value: unknown = object;
  for (const segment of segmentsOfField(format, field) ?? [field]) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[segment];
  }
  return value;
}

/** By name, of the members that have one. */
function headersOf(
  headers: readonly (readonly [field: string, header: string])[],
  object: JsonLine['object'],
): Record<string, string> {
  return Object.fromEntries(
    headers.flatMap(([field, header]) => {
      const text = keyText(object[field]);
      return text === null ? [] : [[header, text]];
    }),
  );
}

/** The text of a key or a header; null: the value is none. */
export function keyText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** Sends full batches in order, a few of them at a time. */
class BatchSender {
  sent = 0;
  #batch: NewRecord[] = [];
  #bytes = 0;
  #waiting: Promise<void>[] = [];

  constructor(
    private readonly producer: RecordProducer,
    private readonly onSent: (sent: number) => void,
  ) {}

  async add(record: NewRecord & { readonly value: string }): Promise<void> {
    this.#batch.push(record);
    this.#bytes += record.value.length;
    if (this.#batch.length < BATCH_RECORDS && this.#bytes < BATCH_BYTES) return;
    this.#send();
    if (this.#waiting.length >= MAX_WAITING) await this.#waiting.shift();
  }

  async finish(): Promise<void> {
    this.#send();
    await Promise.all(this.#waiting.splice(0));
  }

  #send(): void {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#bytes = 0;
    const acknowledged = this.producer.send(batch).then(() => {
      this.sent += batch.length;
      this.onSent(this.sent);
    });
    acknowledged.catch(() => undefined); // thrown to whoever waits for it
    this.#waiting.push(acknowledged);
  }
}
