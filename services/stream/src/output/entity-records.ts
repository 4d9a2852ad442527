/** Writes what serving would answer for entities of a view now to its output topic, so that the last record of an entity is the newest. */
import { type DegradedReason, fencesOf } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import type { AggregationView } from '@forebay/definitions';
import type { NewRecord, RecordProducer } from '@forebay/event-log';
import type { Logger } from '@forebay/service-kit';
import { faultPoint, faultPointOnceSent } from '../fault-points';
import type { EntityAnswers } from './entity-answers';
import type { OutputMetrics } from './output-metrics';
import type { WriteUpdate } from './update-record';

/** Read, folded and sent together: at 3 kB a value a megabyte or two in memory, and some milliseconds of folding. */
const ENTITIES_PER_REQUEST = 500;

export interface EntityRecordsOptions {
  readonly view: AggregationView;
  readonly topic: string;
  readonly answers: EntityAnswers;
  readonly write: WriteUpdate;
  readonly producer: () => Promise<Pick<RecordProducer, 'send'>>;
  /** Whether events of a source partition are this process' to apply. */
  readonly isOwn: (partition: number) => boolean;
  /** A process that was stopped for so long may have lost its partitions without knowing. */
  readonly suspectAfterMs: number;
  readonly metrics: Pick<OutputMetrics, 'written' | 'failed'>;
  readonly logger: Logger;
  readonly clock: () => number;
}

/** Told of each entity that is written, with why its values are DEGRADED, if they are. */
export type OnWritten = (key: string, degraded: DegradedReason | null) => void;

export class EntityRecords {
  constructor(private readonly options: EntityRecordsOptions) {}

  /** Resolves when the last records of the entities are in the topic. Throws what keeps them from it. */
  async write(keys: readonly string[], onWritten: OnWritten): Promise<void> {
    for (let from = 0; from < keys.length; from += ENTITIES_PER_REQUEST) {
      let open: readonly string[] = keys.slice(from, from + ENTITIES_PER_REQUEST);
      while (open.length > 0) open = await this.#writeOnce(open, onWritten);
    }
  }

  /**
   * Returns the entities to be written again: another process writes them too, and has changed them since they were read here. Its
   * record may stand before the one of this process, which lacks that change.
   */
  async #writeOnce(keys: readonly string[], onWritten: OnWritten): Promise<readonly string[]> {
    const { answers, topic, write, metrics, clock, suspectAfterMs } = this.options;
    const records: NewRecord[] = [];
    const shared = new Map<string, Uint8Array | null>();
    const readMs = clock();
    await answers.tell(keys, ({ key, asOfMs, values, stream }) => {
      records.push({ topic, key: Buffer.from(key), value: write(key, asOfMs, values), timestampMs: asOfMs });
      if (!this.#isOwn(stream)) shared.set(key, stream);
      onWritten(key, values.reason);
    });
    faultPoint('outputs-read');
    if (clock() - readMs > suspectAfterMs) return keys;
    await this.#send(records);
    faultPoint('outputs-written');
    metrics.written(records.length);
    if (clock() - readMs > suspectAfterMs) return keys;
    if (shared.size === 0) return [];
    const now = await answers.streams([...shared.keys()]);
    return [...shared].flatMap(([key, before]) => (isSame(before, now.get(key) ?? null) ? [] : key));
  }

  /** Whether all events in a stored list are from partitions that this process reads. */
  #isOwn(stream: Uint8Array | null): boolean {
    const { answers, isOwn } = this.options;
    if (stream === null) return true;
    try {
      return fencesOf(answers.stored.layout, stream).every(({ partition }) => isOwn(partition));
    } catch {
      return true; // it is DEGRADED until somebody writes it anew
    }
  }

  /** A record that the topic does not take, for its size, holds up no others. */
  async #send(records: readonly NewRecord[]): Promise<void> {
    const { producer, view, topic, metrics, logger } = this.options;
    try {
      const sending = (await producer()).send(records);
      faultPointOnceSent('outputs-sent');
      await sending;
    } catch (thrown) {
      const error = ForebayError.from(thrown);
      if (error.reason !== 'invalid_record') throw error;
      if (records.length > 1) {
        for (const record of records) await this.#send([record]);
        return;
      }
      metrics.failed(error.reason);
      logger.error(
        { key: String(records[0]?.key) },
        `view "${view.name}@${view.version}": topic "${topic}" does not take the record of an entity, which is left out: raise its max.message.bytes, or choose fewer features`,
      );
    }
  }
}

function isSame(before: Uint8Array | null, now: Uint8Array | null): boolean {
  if (before === null || now === null) return before === now;
  return Buffer.compare(before, now) === 0;
}
