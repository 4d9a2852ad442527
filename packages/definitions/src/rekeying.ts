/** By what the records of a source are spread over partitions, and what that means to views. */
import type { EventSource } from './model';

/** The topic is copied, keyed by fields of the events, into an internal topic that is read in its place. */
export interface Rekeying {
  readonly by: readonly string[];
  readonly topic: string;
  /** Of the internal topic; fixed, since copies of a record must come to the same one. */
  readonly partitions: number;
}

/**
 * Where an entity's events are in many partitions, many processes write its value, meet each other's writes, and leave a fence in it for
 * each partition: beyond so many that costs more than it is worth.
 */
export const MAX_UNKEYED_PARTITIONS = 16;

/** The source as it is read: of one that is re-keyed, with the internal topic in place of its own. */
export function asRead(source: EventSource): EventSource {
  return source.rekey === undefined ? source : { ...source, topic: source.rekey.topic };
}

type Keyed = Pick<EventSource, 'keyedBy' | 'rekey' | 'partitions'>;

/**
 * By which fields the records are spread that are read for values; null: not declared, and taken for those of the entities that are read.
 */
export function spreadBy({ keyedBy, rekey }: Keyed): readonly string[] | null {
  return rekey?.by ?? keyedBy ?? null;
}

/** Whether the events of one entity may lie in several partitions, as far as that is declared. */
export function isSpread(source: Keyed, keyFields: readonly string[]): boolean {
  const fields = spreadBy(source);
  if (fields === null) return false;
  return fields.length === 0 || fields.some((field) => !keyFields.includes(field));
}

/**
 * Why a view of an entity cannot be made of the source's stream; null: it can.
 *
 * @param keyFields the columns that hold the entity's join keys
 * @param partitions that are read; those that are declared if left out
 */
export function refuseSpread(
  source: Keyed,
  keyFields: readonly string[],
  partitions = source.rekey?.partitions ?? source.partitions,
): string | null {
  if (partitions <= MAX_UNKEYED_PARTITIONS || !isSpread(source, keyFields)) return null;
  const by = (spreadBy(source) ?? []).join(', ');
  return (
    `its events come from a topic of ${partitions} partitions that is keyed by ${by === '' ? 'nothing' : by}, not by ${keyFields.join(', ')}: ` +
    `up to ${MAX_UNKEYED_PARTITIONS} partitions are read so; declare rekey: { by: [${keyFields.map((name) => `"${name}"`).join(', ')}] } on the source, or key the topic by the entity`
  );
}

/** What identifies a re-keying, for comparisons. */
export function rekeyText(rekey: Rekeying | undefined): string {
  if (rekey === undefined) return 'none';
  return `by ${rekey.by.join(', ')} through "${rekey.topic}" of ${rekey.partitions} partitions`;
}
