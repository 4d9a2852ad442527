/** What a fault is: something that breaks while events are read, and that must leave no trace. */
import type { Scene, SceneOptions } from './support/scene';

export interface Fault {
  /** In kebab-case; what `--only` looks in. */
  readonly name: string;
  /** What is done, for the table. */
  readonly says: string;
  /** How often it is tried in a full run. */
  readonly times: number;
  /** How often in a short run; 0: not at all. */
  readonly shortTimes: number;
  /** What the scene is like; the same one serves all tries of a run. */
  readonly scene?: Partial<SceneOptions>;
  /** Before the first try; without it a member of the stream service is started. */
  arrange?(scene: Scene): Promise<void>;
  /** The fault itself, and all that must be done to be well again. */
  disturb(scene: Scene, attempt: Attempt): Promise<void>;
  /** Redis is a Redis Cluster of three nodes, each with a replica. */
  readonly isOnCluster?: boolean;
  /** Each try needs a scene of its own: what was done to a topic stays. */
  readonly isFresh?: boolean;
  /** Records are lost for good before anybody has read them: DEGRADED values are no difference, others that are wrong are. */
  readonly losesRecords?: boolean;
  /** What must hold beyond equal values and a complete archive; throws what does not. */
  expect?(scene: Scene): Promise<void>;
}

export interface Attempt {
  /** From 0 on. */
  readonly index: number;
  /** Whether waits that prove nothing more should be short. */
  readonly isShort: boolean;
}
