/** Finds the events of joined and sequence sources among those of their inputs, in whatever order these arrive. No I/O, no clock. */
import { ForebayError } from '@forebay/contract';
import type { EventSource, Pairing } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import type { HeldEvents } from './held-events';
import { JoinPairs } from './join-pairs';
import { SequencePairs } from './sequence-pairs';

/** An event of the source that is made of others: its fields in order. */
export interface MadeEvent {
  readonly row: Value[];
  readonly eventTimeMs: number;
}

/**
 * Events go in, events come out. The same ones come out again when events come in again: who counts them tells them by their ids. What
 * is made of events that were added is a set that does not depend on their order, as long as `expire` forgets none that matter.
 */
export interface PairMaker {
  /**
   * Adds an event of an input (0: the left one or the only one, 1: the right one), and gives what it completes.
   * The row is read, and not kept.
   *
   * @param partition of the input's topic
   */
  add(input: number, row: readonly Value[], eventTimeMs: number, partition: number): MadeEvent[];
  /** Forgets events that only make pairs before this instant, which nobody asks for any more. Later calls never go back. */
  expire(heldFromMs: number): void;
  forget(): void;
  /** Forgets the events of these partitions: others read them from now on. */
  forgetPartitions(partitions: ReadonlySet<number>): void;
  /** A key with events in partitions of different numbers; null: none was seen. */
  readonly scatteredKey: string | null;
  /** Of what is held, estimated. */
  readonly sizeBytes: number;
}

export interface PairLimits {
  readonly maxBytes: number;
}

/** A single event that completes more than this is no part of a pattern: its key is not one, or the bound is too long. */
export const MAX_PAIRS_OF_AN_EVENT = 10_000;

export function pairMaker(source: EventSource, limits: PairLimits): PairMaker {
  const pairing = source.pairing as Pairing;
  return pairing.kind === 'join'
    ? new JoinPairs(pairing, source, limits)
    : new SequencePairs(pairing, limits);
}

/** Keys and ids are compared as text: whole numbers of both types are alike. Null: one of the values is null, which equals nothing. */
export function keyOf(row: readonly Value[], places: readonly number[]): string | null {
  let key = '';
  for (const place of places) {
    const value = row[place];
    if (value === null || value === undefined) return null;
    const text = String(value);
    key += places.length === 1 ? text : `${text.length}:${text}`;
  }
  return key;
}

/** The places of fields in a source's rows. */
export function placesOf({ fields }: EventSource, names: readonly string[]): number[] {
  return names.map((name) => fields.findIndex((field) => field.name === name));
}

export function checkSize(name: string, sizeBytes: number, { maxBytes }: PairLimits): void {
  if (sizeBytes <= maxBytes) return;
  const megabytes = Math.round(maxBytes / 2 ** 20);
  throw new ForebayError(
    'failed_precondition',
    `source "${name}": the events that may still find a partner take more than ${megabytes} MB; raise FOREBAY_STREAM_MAX_PAIR_MEGABYTES, ` +
      'spread the partitions over more processes, or declare a shorter "within" or allowed lateness',
  );
}

export function checkPairs(
  name: string,
  key: string,
  events: Pick<HeldEvents, 'count'>,
  found: number,
): void {
  if (found <= MAX_PAIRS_OF_AN_EVENT) return;
  throw new ForebayError(
    'failed_precondition',
    `source "${name}": one event completes ${found} pairs of key "${key.slice(0, 80)}", which has ${events.count} events; ` +
      `at most ${MAX_PAIRS_OF_AN_EVENT} are supported: declare a shorter "within", or more fields that must be equal`,
  );
}
