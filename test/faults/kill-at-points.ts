import type { FaultPoint } from '@forebay/service-stream';
import { uniqueName } from '../support/stack';
import type { Attempt, Fault } from './fault';
import type { Scene } from './support/scene';
import { withRedis } from './support/servers';

const ENDS_WITHIN_MS = 40_000;
/** Time to be well again, for a point that lies behind that. */
const PROVOKE_EVERY_MS = 3_000;

interface PointTerms {
  /** The process dies at a pass from 1 to this one: a start passes some points only once. */
  readonly passes: number;
  /** Makes the loop come to the point. */
  readonly provoke?: (scene: Scene) => Promise<void>;
}

type Points = Partial<Readonly<Record<FaultPoint, PointTerms>>>;

const sendPoison = (scene: Scene) => scene.sendPoison(['no JSON', '[]', null]);
/** A member whose connection was closed must believe that the store has lost its last writes. */
const closeConnections = (scene: Scene) =>
  withRedis(scene.stack, async (redis) => {
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  });

/**
 * Those that a topic which is read as it is, and is keyed, does not reach: `un-keyed` and `re-keyed` have them; those of views with an
 * output topic; and those of other contents.
 */
type OtherPoint =
  | 'conflict-found'
  | 'copies-made'
  | 'copies-stored'
  | 'outputs-read'
  | 'outputs-sent'
  | 'outputs-written'
  | 'output-position-stored'
  | 'pairs-made'
  | 'fields-looked-up'
  | 'fields-archived';

const POINTS = {
  assigning: { passes: 1 },
  'checkpoints-read': { passes: 1 },
  'views-marked': { passes: 1 },
  'start-points-found': { passes: 1 },
  'chunk-decoded': { passes: 5 },
  'dead-letters-sent': { passes: 2, provoke: sendPoison },
  'entities-loading': { passes: 2 },
  'chunk-applied': { passes: 5 },
  'flush-begun': { passes: 5 },
  'values-sent': { passes: 5 },
  'values-half-stored': { passes: 5 },
  'values-stored': { passes: 5 },
  'checkpoint-sent': { passes: 5 },
  'checkpoint-stored': { passes: 5 },
  'progress-told': { passes: 5 },
  'archive-inserting': { passes: 2 },
  'archive-inserted': { passes: 2 },
  'archive-marked': { passes: 2 },
  recovering: { passes: 2, provoke: closeConnections },
  recovered: { passes: 2, provoke: closeConnections },
} as const satisfies Readonly<Record<Exclude<FaultPoint, OtherPoint>, PointTerms>>;

/** A process reads both inputs, for their archives, and twice more for what is made of them: which reading it is that dies is left to chance. */
const POINTS_OF_PAIRS = {
  'start-points-found': { passes: 4 },
  'chunk-decoded': { passes: 20 },
  'pairs-made': { passes: 15 },
  'chunk-applied': { passes: 20 },
  'values-sent': { passes: 10 },
  'values-half-stored': { passes: 10 },
  'values-stored': { passes: 20 },
  'checkpoint-stored': { passes: 20 },
  'progress-told': { passes: 20 },
  'archive-inserted': { passes: 3 },
  recovered: { passes: 4, provoke: closeConnections },
} as const satisfies Points;

const POINTS_OF_OUTPUTS = {
  'start-points-found': { passes: 1 },
  'chunk-applied': { passes: 8 },
  'values-half-stored': { passes: 8 },
  'values-stored': { passes: 8 },
  'outputs-read': { passes: 8 },
  'outputs-sent': { passes: 8 },
  'outputs-written': { passes: 8 },
  'output-position-stored': { passes: 8 },
  'checkpoint-stored': { passes: 8 },
  recovered: { passes: 2, provoke: closeConnections },
} as const satisfies Points;

const POINTS_OF_ENRICHED = {
  'fields-looked-up': { passes: 5 },
  'archive-inserting': { passes: 3 },
  'archive-inserted': { passes: 3 },
  'archive-marked': { passes: 3 },
  'fields-archived': { passes: 4 },
  'values-half-stored': { passes: 6 },
  'values-stored': { passes: 6 },
  'checkpoint-stored': { passes: 6 },
  recovered: { passes: 3, provoke: closeConnections },
} as const satisfies Points;

/** A group of its own needs not wait for the session of the member that was killed: the next member meets what is still on its way. */
const ownGroup = () => ({ FOREBAY_STREAM_GROUP: uniqueName('group') });

/** Starts a member that dies at the point, under load, and resolves when it has died. */
async function dieAt(scene: Scene, point: string, { passes, provoke }: PointTerms): Promise<void> {
  const fault = `${point}:${1 + scene.random.integer(passes)}`;
  const member = scene.launch({ ...ownGroup(), FOREBAY_FAULT_POINT: fault });
  member.ready().catch(() => undefined);
  await scene.underLoad(async () => {
    if (provoke !== undefined) {
      const reads = () => !member.isRunning || member.logged(/reading from the checkpoint/);
      await scene.within(ENDS_WITHIN_MS, `a member that shall die at ${fault} reads`, reads);
    }
    let provokedAt = Number.NEGATIVE_INFINITY;
    await scene.within(ENDS_WITHIN_MS, `a member dies at ${fault}`, async () => {
      if (provoke !== undefined && performance.now() - provokedAt > PROVOKE_EVERY_MS) {
        provokedAt = performance.now();
        await provoke(scene);
      }
      return !member.isRunning;
    });
  });
  if (member.child.signalCode !== 'SIGKILL')
    throw new Error(`a member that shall die at ${fault} ended otherwise\n${member.log}`);
}

/** One try for each point. */
function killAt(
  points: Readonly<Record<string, PointTerms>>,
  shortPoints: readonly string[],
  fault: Pick<Fault, 'name' | 'says' | 'scene'>,
): Fault {
  const names = Object.keys(points);
  return {
    ...fault,
    times: names.length,
    shortTimes: shortPoints.length,
    arrange: async () => undefined,
    async disturb(scene, { index, isShort }: Attempt) {
      const chosen = isShort ? shortPoints : names;
      const point = chosen[index % chosen.length] as string;
      await scene.killMembers();
      await dieAt(scene, point, points[point] as PointTerms);
      await dieAt(scene, point, points[point] as PointTerms);
      await scene.start(ownGroup());
    },
  };
}

const countOf = (points: Points) => Object.keys(points).length;

export const killAtPoints = killAt(POINTS, ['values-half-stored', 'values-stored', 'archive-inserted'], {
  name: 'kill-at-points',
  says: `the stream service dies (kill -9) at each of ${countOf(POINTS)} points of its loop, twice in a row`,
});

export const outputsKillAtPoints = killAt(POINTS_OF_OUTPUTS, [], {
  name: 'outputs-kill-at-points',
  says: `views with output topics: the service dies at each of ${countOf(POINTS_OF_OUTPUTS)} points, twice in a row; the last record of each entity must be right, too`,
  scene: { hasOutputs: true },
});

export const pairsKillAtPoints = killAt(POINTS_OF_PAIRS, ['pairs-made'], {
  name: 'pairs-kill-at-points',
  says: `joined and sequence sources: the service dies at each of ${countOf(POINTS_OF_PAIRS)} points, twice in a row`,
  scene: { content: 'pairs' },
});

export const enrichedKillAtPoints = killAt(POINTS_OF_ENRICHED, ['fields-archived'], {
  name: 'enriched-kill-at-points',
  says: `fields that are looked up: the service dies at each of ${countOf(POINTS_OF_ENRICHED)} points, twice in a row`,
  scene: { content: 'enriched' },
});
