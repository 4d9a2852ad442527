import { archivedUpTo } from '@forebay/offline-store';
import { uniqueName } from '../support/stack';
import type { Fault } from './fault';
import { forebay } from './support/forebay-command';
import type { Scene } from './support/scene';

const WITHIN_MS = 60_000;
/** Of what is archived. */
const DELETED = 0.8;
/** Where the members die that make them anew, and how often they pass there before. */
const POINTS = {
  'pairs-made': 40,
  'chunk-applied': 60,
  'values-half-stored': 20,
  'values-stored': 40,
  'checkpoint-stored': 40,
  'start-points-found': 4,
} as const satisfies Readonly<Record<string, number>>;

const namesOf = (scene: Scene) => {
  const { joinedSources, sequenceSources, aggregationViews } = scene.installation.project;
  const made = new Set([...joinedSources, ...sequenceSources].map(({ name }) => name));
  return aggregationViews.filter(({ source }) => made.has(source)).map(({ name }) => name);
};

/** Kafka deletes most of what the archives have. */
async function deleteArchived(scene: Scene): Promise<void> {
  const { servers, project } = scene.installation;
  const [offline, { admin }] = await Promise.all([servers.offline(), servers.eventLog()]);
  for (const source of project.eventSources) {
    const ends = await admin.endOffsets(source.topic);
    await scene.within(WITHIN_MS, `the archive of ${source.name} has all`, async () => {
      const archived = await archivedUpTo(offline, source, 0);
      return archived.reduce((sum, { end }) => sum + end, 0) >= [...ends.values()].reduce((a, b) => a + b, 0);
    });
    await admin.deleteRecords(
      source.topic,
      [...ends].map(([partition, end]) => ({ partition, offset: Math.floor(DELETED * end) })),
    );
  }
}

async function dieAt(scene: Scene, point: string, passes: number): Promise<void> {
  const fault = `${point}:${1 + scene.random.integer(passes)}`;
  const member = scene.launch({ FOREBAY_STREAM_GROUP: uniqueName('group'), FOREBAY_FAULT_POINT: fault });
  member.ready().catch(() => undefined);
  await scene.within(WITHIN_MS, `a member dies at ${fault}`, () => !member.isRunning);
  if (member.child.signalCode !== 'SIGKILL')
    throw new Error(`a member that shall die at ${fault} ended otherwise\n${member.log}`);
}

export const pairsMadeAnew: Fault = {
  name: 'pairs-made-anew',
  says: `joined and sequence sources: their views are rebuilt under load, when Kafka has deleted most of what is archived; the service dies at each of ${Object.keys(POINTS).length} points of that, twice in a row`,
  times: Object.keys(POINTS).length,
  shortTimes: 0,
  scene: { content: 'pairs', firstEvents: 3_000 },
  async disturb(scene, { index }) {
    const points = Object.entries(POINTS);
    const [point, passes] = points[index % points.length] as (typeof points)[number];
    await scene.readAll();
    await deleteArchived(scene);
    await scene.killMembers();
    const views = namesOf(scene);
    await forebay(scene, 'rebuild', ...views, '--no-wait');
    await scene.underLoad(async () => {
      await dieAt(scene, point, passes);
      await dieAt(scene, point, passes);
      await scene.start({ FOREBAY_STREAM_GROUP: uniqueName('group') });
      await forebay(scene, 'rebuild', ...views, '--timeout', '60s');
    });
  },
};
