/** How far a view is that is made anew. */
import { type AggregationView, sourceOf } from '@forebay/definitions';
import { inEveryBucket, readViewStanding } from '@forebay/online-store';
import type { Installation } from './installation';
import type { Service } from './service';
import { waitFor } from './wait-for';

const WITHIN_MS = 60_000;

/** Whether a view is made anew in some bucket, be there a member that does it or not. */
export async function isBeingMade(
  { project, servers }: Installation,
  view: AggregationView,
): Promise<boolean> {
  const ids = { sourceId: sourceOf(project, view).id, viewId: view.id };
  const redis = await servers.redis();
  const standings = await inEveryBucket(redis, (bucket) => readViewStanding(redis, bucket, ids));
  return standings.some(({ kind }) => kind === 'catching_up');
}

/** How many records a view has been made anew from, in the bucket that is furthest; null: nobody reads them now. */
async function readBy({ project, servers }: Installation, view: AggregationView): Promise<number | null> {
  const ids = { sourceId: sourceOf(project, view).id, viewId: view.id };
  const redis = await servers.redis();
  const standings = await inEveryBucket(redis, (bucket) => readViewStanding(redis, bucket, ids));
  const reading = standings.flatMap((standing) =>
    standing.kind === 'catching_up' && standing.catchUp.stage === 'reading' ? [standing.catchUp] : [],
  );
  if (reading.length === 0) return null;
  const read = reading.map(({ offsets }) => offsets.reduce((sum, offset) => sum + Math.max(0, offset), 0));
  return Math.max(...read);
}

/** Kills a member when the view has been made anew from so many records more; resolves with whether that was before it had caught up. */
export async function killPartWay(
  installation: Installation,
  view: AggregationView,
  member: Service,
  records: number,
): Promise<boolean> {
  let begun: number | null = null;
  let read: number | null = null;
  await waitFor(
    async () => {
      read = await readBy(installation, view);
      begun ??= read;
      return begun !== null && (read === null || read >= begun + records);
    },
    { deadlineMs: WITHIN_MS, message: `view ${view.name} is made anew` },
  );
  await member.kill9();
  return read !== null;
}
