/** Joined and sequence sources in compiled form: event sources whose events are made of those of others. */
import type { EventSource, Field, Metadata } from './model';

/** The sources that a joined or sequence source is made of, with what it says of them. */
export type Pairing =
  | {
      readonly kind: 'join';
      readonly definition: JoinedSource;
      readonly left: EventSource;
      readonly right: EventSource;
    }
  | { readonly kind: 'sequence'; readonly definition: SequenceSource; readonly source: EventSource };

export type JoinSide = 'left' | 'right';

export interface JoinedField extends Field {
  readonly side: JoinSide;
  /** The field's name in the source of that side. */
  readonly field: string;
}

/**
 * One event for each pair of a left and a right event with equal keys (a null equals nothing) and
 * `left time ≤ right time < left time + withinMs`. Its time is the right one's; it is known once both are.
 */
export interface JoinedSource {
  readonly id: number;
  readonly name: string;
  readonly left: string;
  readonly right: string;
  /** Pairs of fields that must be equal; at least one. */
  readonly on: readonly { readonly left: string; readonly right: string }[];
  readonly withinMs: number;
  /** Those that it takes over; the event time and the event id come on top (`JOINED_EVENT_TIME`, `JOINED_EVENT_ID`). */
  readonly fields: readonly JoinedField[];
  readonly metadata: Metadata;
}

/**
 * The events of a source for which `second` is true, and before which, by no more than `withinMs`, one with equal keys lies for
 * which `first` is true: `time − withinMs ≤ first's time < time`. Such an event is known once it and the earliest known first are.
 */
export interface SequenceSource {
  readonly id: number;
  readonly name: string;
  readonly source: string;
  /** Fields that must be equal (a null equals nothing); at least one. */
  readonly by: readonly string[];
  /** CEL over the source's fields, as `second` is. */
  readonly first: string;
  readonly second: string;
  readonly withinMs: number;
  readonly metadata: Metadata;
}
