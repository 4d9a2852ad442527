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

const sendPoison = (scene: Scene) => scene.sendPoison(['no JSON', '[]', null]);
/** A member whose connection was closed must believe that the store has lost its last writes. */
const closeConnections = (scene: Scene) =>
  withRedis(scene.stack, async (redis) => {
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  });

/**
 * Those that a topic which is read as it is, and is keyed, does not reach: `un-keyed` and `re-keyed` have them; and those of views with
 * an output topic, which a scene has not.
 */
type OtherPoint =
  | 'conflict-found'
  | 'copies-made'
  | 'copies-stored'
  | 'outputs-read'
  | 'outputs-sent'
  | 'outputs-written'
  | 'output-position-stored';

export const POINTS: Readonly<Record<Exclude<FaultPoint, OtherPoint>, PointTerms>> = {
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
};

const NAMES = Object.keys(POINTS) as (keyof typeof POINTS)[];
const SHORT_NAMES: readonly (keyof typeof POINTS)[] = [
  'values-half-stored',
  'values-stored',
  'archive-inserted',
];

/** A group of its own needs not wait for the session of the member that was killed: the next member meets what is still on its way. */
const ownGroup = () => ({ FOREBAY_STREAM_GROUP: uniqueName('group') });

/** Starts a member that dies at the point, under load, and resolves when it has died. */
async function dieAt(scene: Scene, point: keyof typeof POINTS): Promise<void> {
  const { passes, provoke } = POINTS[point];
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

export const killAtPoints: Fault = {
  name: 'kill-at-points',
  says: `the stream service dies (kill -9) at each of ${NAMES.length} points of its loop, twice in a row`,
  times: NAMES.length,
  shortTimes: SHORT_NAMES.length,
  arrange: async () => undefined,
  async disturb(scene, { index, isShort }: Attempt) {
    const names = isShort ? SHORT_NAMES : NAMES;
    const point = names[index % names.length] as keyof typeof POINTS;
    await scene.killMembers();
    await dieAt(scene, point);
    await dieAt(scene, point);
    await scene.start(ownGroup());
  },
};
