/** What look-ups need of a project, and what they need of the views that are looked up. */
import { type EventSource, findView, type Project, type View } from '@forebay/definitions';

export interface LookUps {
  /** It has the views that its sources are enriched with. */
  readonly project: Project;
  /** By id of such a view: the longest time within which one of them is looked up exactly. Its events stay apart for so long. */
  readonly exactWithinMs: ReadonlyMap<number, number>;
}

/** The views that a source is enriched with, once for each field. */
export function lookedUpViews(project: Project, { enrichments = [] }: EventSource): View[] {
  return enrichments.flatMap(({ feature }) => findView(project, feature.view, feature.version) ?? []);
}

export function lookUpsOf(project: Project): LookUps {
  const exactWithinMs = new Map<number, number>();
  for (const { enrichments = [] } of project.eventSources) {
    for (const { feature, exactWithinMs: withinMs } of enrichments) {
      const id = findView(project, feature.view, feature.version)?.view.id;
      if (id !== undefined) exactWithinMs.set(id, Math.max(withinMs, exactWithinMs.get(id) ?? 0));
    }
  }
  return { project, exactWithinMs };
}
