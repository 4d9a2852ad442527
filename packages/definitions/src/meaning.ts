import { formatDuration } from '@forebay/contract';
import type { Entity, SchedulePlan } from './model';

/**
 * Everything that gives a view its meaning, as text: by thing (`feature "x"`), then by aspect (`window`).
 * Different meanings give different texts, and whatever is not in here may change under the same version.
 */
export type Meaning = Readonly<Record<string, Readonly<Record<string, string | null>>>>;

export function joinKeysText(entity: Entity): string {
  return entity.joinKeys.map(({ name, type }) => `${name}: ${type}`).join(', ');
}

export function scheduleText({ intervalMs, waitMs, delayMs }: SchedulePlan): string {
  return `every ${formatDuration(intervalMs)}, wait ${formatDuration(waitMs)}, delay ${formatDuration(delayMs)}`;
}

/** What changed from one meaning to another, one line each: `feature "x": window 24h by 5m → 12h by 5m`. */
export function meaningDifferences(before: Meaning, after: Meaning): string[] {
  const things = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return things.flatMap((thing) => {
    const [old, fresh] = [before[thing], after[thing]];
    if (old === undefined) return [`${thing} added`];
    if (fresh === undefined) return [`${thing} removed`];
    const aspects = new Set([...Object.keys(old), ...Object.keys(fresh)]);
    const changed = [...aspects].filter((aspect) => (old[aspect] ?? null) !== (fresh[aspect] ?? null));
    return changed.map((aspect) => `${thing}: ${aspect} ${shown(old[aspect])} → ${shown(fresh[aspect])}`);
  });
}

function shown(text: string | null | undefined): string {
  return text === null || text === undefined || text === '' ? 'none' : text;
}
