/** What a scene reads: sources and views, seeded events for them, and what must come out. */
import type { OutputFormat, ProjectDeclaration } from '@forebay/definitions';
import type { Random } from '@forebay/testkit';
import type { Installation } from '../../../support/installation';
import { uniqueName } from '../../../support/stack';
import type { TableTruth } from '../../../support/table-truth';
import type { Fields, Truth } from '../../../support/truth';

export interface SourceTraits {
  /** Of the orders, where there are some. */
  readonly topic: string;
  readonly partitions: number;
  /** Whether events have ids, and copies of them are sent. */
  readonly hasIds: boolean;
  /** Whether the topic is re-keyed by the user. */
  readonly isRekeyed?: boolean;
  /** Whether views have output topics. */
  readonly hasOutputs?: boolean;
  readonly latenessMs: number;
  readonly skewMs: number;
  readonly maxStalenessMs: number;
  /** Of views with history: how long batch values are good, and how often they are made by themselves. */
  readonly horizonMs?: number;
  readonly batchEveryMs?: number;
  /** Whether there is a table view, with a tick every minute. */
  readonly hasTable?: boolean;
}

/** Of a view in a scene with outputs. */
export function outputOf({ hasOutputs }: SourceTraits, view: string, format: OutputFormat = 'json') {
  return hasOutputs ? { output: { topic: uniqueName(view), format } } : {};
}

export interface ContentTerms {
  /** Event times lie in [now − reachMs, now), by the producer's clock. */
  readonly reachMs: number;
  readonly nowMs: number;
  /** Of all events; null: somebody's, as it comes. */
  readonly user: string | null;
}

/** Events of one source, in the order in which they are sent. */
export interface NewEvents {
  /** By name. */
  readonly source: string;
  /** The field that its records are keyed by. */
  readonly key: string;
  readonly events: readonly Fields[];
}

export interface EventPlace {
  readonly partition: number;
  /** As it is kept. */
  readonly offset: number;
  /** The event stands somewhere else, too. */
  readonly isCopy: boolean;
}

/** Where copies of events are sent: of a record with a key that partners must have, nowhere but to its partition. */
export type Copies = 'none' | 'to any partition' | 'by key';

export interface ProbedScene {
  send(events: NewEvents): Promise<void>;
  /** Resolves when all that was sent is in the values. */
  readAll(): Promise<void>;
}

export interface SceneContent {
  readonly copies: Copies;
  /** Makes what must be there before the services run, in ClickHouse. */
  prepare?(): Promise<void>;
  /** New events. */
  take(n: number, terms: ContentTerms): readonly NewEvents[];
  /** An event stands there. */
  sent(source: string, event: Fields, place: EventPlace): void;
  /** By name of a view, all its events: what its values must be. */
  truths(): Promise<ReadonlyMap<string, Truth>>;
  /** By name of a table view, all rows of its table. */
  tables?(): ReadonlyMap<string, TableTruth>;
  /** What is wrong beside values, and records that the archive has not exactly once. Call it after `truths`. */
  findings?(): readonly string[];
  /** Sends more when everything is right again, to see that it stays so. */
  probe?(scene: ProbedScene): Promise<void>;
}

/** A kind of content. */
export interface ContentKind {
  declare(traits: SourceTraits): ProjectDeclaration;
  fill(installation: Installation, random: Random, traits: SourceTraits): SceneContent;
}
