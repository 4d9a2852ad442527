/** What of a source can be looked at whenever somebody asks, rather than counted when it happens. */
export interface SourceSight {
  /** Numbers of the partitions that this process reads. */
  assigned(): Iterable<number>;
  /** Those that are fed. */
  views(): readonly HeldView[];
  lags(): readonly PartitionLag[];
  /** Records that are applied, or about to be, and not archived; null: not known yet, or the source has no archive of its own. */
  archiveLag(): number | null;
  archiveWaitingBytes(): number | null;
  /** null: the source is not made of pairs. */
  pairBytes(): number | null;
  catchUps(): readonly CatchUpProgress[];
}

/** The state of a view in memory. `name`: `view@version`. */
export interface HeldView {
  readonly viewId: number;
  readonly name: string;
  readonly entities: number;
  readonly sizeBytes: number;
}

export interface PartitionLag {
  readonly topic: string;
  readonly partition: string;
  readonly records: number;
}

/** A view that is made anew; `ratio`: how far it has come, 0 to 1. */
export interface CatchUpProgress {
  readonly viewId: number;
  readonly name: string;
  readonly ratio: number;
}
