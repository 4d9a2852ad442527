import type { AggregationView } from '@forebay/definitions';
import { archivedUpTo } from '@forebay/offline-store';
import { killPartWay } from '../support/made-anew';
import { uniqueName } from '../support/stack';
import type { Fault } from './fault';
import { forebay } from './support/forebay-command';
import type { Scene } from './support/scene';

const WITHIN_MS = 60_000;
/** Of what is archived. */
const DELETED = 0.8;
/** Small ones, so that views are made anew in many steps. */
const FLUSH_EVENTS = '100';
/** Records of a view that are made anew before the service dies. */
const MOST_READ = 3_000;

/** Of joined and sequence sources. */
function viewsOf({ installation: { project } }: Scene): readonly AggregationView[] {
  const made = new Set([...project.joinedSources, ...project.sequenceSources].map(({ name }) => name));
  return project.aggregationViews.filter(({ source }) => made.has(source));
}

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

/** A member dies when it has come some way with the view; resolves with whether that was before it had caught up. */
async function diePartWay(scene: Scene, view: AggregationView): Promise<boolean> {
  const member = scene.launch({
    FOREBAY_STREAM_GROUP: uniqueName('group'),
    FOREBAY_STREAM_FLUSH_EVENTS: FLUSH_EVENTS,
  });
  member.ready().catch(() => undefined);
  return killPartWay(scene.installation, view, member, 1 + scene.random.integer(MOST_READ));
}

export const pairsMadeAnew: Fault = {
  name: 'pairs-made-anew',
  says: 'joined and sequence sources: their views are rebuilt under load, when Kafka has deleted most of what is archived; the service is killed part way, twice in a row',
  times: 6,
  shortTimes: 0,
  scene: { content: 'pairs', firstEvents: 3_000 },
  async disturb(scene, { index }) {
    await scene.readAll();
    await deleteArchived(scene);
    await scene.killMembers();
    const views = viewsOf(scene);
    const names = views.map(({ name }) => name);
    await forebay(scene, 'rebuild', ...names, '--no-wait');
    await scene.underLoad(async () => {
      const view = views[index % views.length] as AggregationView;
      const partWay = [await diePartWay(scene, view), await diePartWay(scene, view)].filter(Boolean);
      scene.notes.add(`killed ${partWay.length} times before ${view.name} had caught up`);
      await scene.start({ FOREBAY_STREAM_GROUP: uniqueName('group') });
      await forebay(scene, 'rebuild', ...names, '--timeout', '60s');
    });
  },
};
