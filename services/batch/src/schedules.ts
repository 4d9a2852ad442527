import type { RegistrySnapshot } from '@forebay/definitions';
import type { MaterializeQueue } from '@forebay/jobs';

const nameOf = (project: string, view: { name: string; version: number }) => `${project}.${view.name}@${view.version}`;

/** Makes the queue's schedules those of the registry: views with an interval run, others and removed ones do not. */
export async function applySchedules(queue: MaterializeQueue, snapshot: RegistrySnapshot): Promise<void> {
  const wanted = new Set<string>();
  for (const project of snapshot.projects) {
    for (const view of project.aggregationViews) {
      const intervalMs = view.batch?.intervalMs ?? null;
      if (intervalMs === null) continue;
      wanted.add(nameOf(project.name, view));
      await queue.schedule(jobOf(project.name, view), intervalMs);
    }
  }
  for (const name of await queue.scheduled()) {
    if (wanted.has(name)) continue;
    const match = /^([^.]+)\.(.+)@(\d+)$/.exec(name);
    if (match !== null) await queue.schedule(jobOf(match[1] as string, { name: match[2] as string, version: Number(match[3]) }), null);
  }
}

function jobOf(project: string, view: { name: string; version: number }) {
  return { project, view: view.name, version: view.version, cut_ms: 0, has_cut: false, requested_by: 'schedule' };
}
