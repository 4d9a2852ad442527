import { formatDuration } from '@forebay/contract';
import { SHARE_PARTS } from './entity-places';
import { canonicalJson } from './fingerprint';

type Plain = { readonly [name: string]: unknown };

/** Whether two definitions are the same in everything but the id that the registry gives. */
export function sameDefinition(before: object, after: object): boolean {
  return canonicalJson({ ...before, id: 0 }) === canonicalJson({ ...after, id: 0 });
}

/** What differs between two definitions of one kind, one line each, such as `metadata.owner: "a" → "b"`. */
export function describeDifferences(before: object, after: object): string[] {
  return differencesAt('', { ...before, id: 0, fingerprint: '' }, { ...after, id: 0, fingerprint: '' });
}

function differencesAt(path: string, before: unknown, after: unknown): string[] {
  if (isNamedList(before) && isNamedList(after)) return listDifferences(path, before, after);
  if (isPlain(before) && isPlain(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) =>
      differencesAt(path === '' ? name : `${path}.${name}`, before[name], after[name]),
    );
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [`${path.replace(/(Ms|Ppm)$/, '')}: ${shown(path, before)} → ${shown(path, after)}`];
}

/** Lists of fields, derived columns and features are compared by name. */
function listDifferences(path: string, before: readonly Named[], after: readonly Named[]): string[] {
  const find = (list: readonly Named[], name: string) => list.find((item) => item.name === name);
  const names = [...new Set([...before, ...after].map((item) => item.name))];
  const lines = names.flatMap((name) => {
    const [old, fresh] = [find(before, name), find(after, name)];
    if (old === undefined) return [`${path}: "${name}" added`];
    if (fresh === undefined) return [`${path}: "${name}" removed`];
    return differencesAt(`${path} "${name}"`, old, fresh);
  });
  const order = (list: readonly Named[]) => list.map((item) => item.name).join();
  return lines.length === 0 && order(before) !== order(after) ? [`${path}: in another order`] : lines;
}

interface Named {
  readonly name: string;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamedList(value: unknown): value is readonly Named[] {
  return Array.isArray(value) && value.every((item) => isPlain(item) && typeof item.name === 'string');
}

function shown(path: string, value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'number' && path.endsWith('Ms')) return formatDuration(value);
  if (typeof value === 'number' && path.endsWith('Ppm')) return `${value / (SHARE_PARTS / 100)} %`;
  return JSON.stringify(value);
}
