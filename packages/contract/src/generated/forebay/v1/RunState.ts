// Original file: proto/forebay/v1/jobs.proto

import type { Long } from '@grpc/proto-loader';

/**
 * How far a run is; written by the worker beside the payload.
 */
export interface RunStateInput {
  /**
   * When its first step began; 0: not yet.
   */
  'started_at_ms'?: (number | string | Long);
  /**
   * How often chunks were queued for it: they are named by it.
   */
  'round'?: (number);
  /**
   * The first round of its plan: chunks of earlier ones were of another plan.
   */
  'plan_round'?: (number);
  /**
   * 0: not planned yet.
   */
  'chunks'?: (number);
  /**
   * Chunks that were done and are lost: they count only from redo_round on.
   */
  'redo'?: (number)[];
  'redo_round'?: (number);
  /**
   * How often chunks of the plan were lost after they were done.
   */
  'losses'?: (number);
  /**
   * It has failed for good; who lets the job run again lets it go on.
   */
  'ended'?: (boolean);
  /**
   * How often somebody has let the job run again after that: each is a run of its own for who is told of it.
   */
  'resumed'?: (number);
}

/**
 * How far a run is; written by the worker beside the payload.
 */
export interface RunStateMessage {
  /**
   * When its first step began; 0: not yet.
   */
  'started_at_ms': (number);
  /**
   * How often chunks were queued for it: they are named by it.
   */
  'round': (number);
  /**
   * The first round of its plan: chunks of earlier ones were of another plan.
   */
  'plan_round': (number);
  /**
   * 0: not planned yet.
   */
  'chunks': (number);
  /**
   * Chunks that were done and are lost: they count only from redo_round on.
   */
  'redo': (number)[];
  'redo_round': (number);
  /**
   * How often chunks of the plan were lost after they were done.
   */
  'losses': (number);
  /**
   * It has failed for good; who lets the job run again lets it go on.
   */
  'ended': (boolean);
  /**
   * How often somebody has let the job run again after that: each is a run of its own for who is told of it.
   */
  'resumed': (number);
}
