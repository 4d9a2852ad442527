import { ForebayError, type JoinKeyType } from '@forebay/contract';
import type { ReadableView } from './readable-view';

export interface JoinKey {
  readonly name: string;
  readonly type: JoinKeyType;
}

/** Each join key of the views once. Throws `failed_precondition` where one name has two types. */
export function unionOfJoinKeys(label: string, readables: readonly ReadableView[]): JoinKey[] {
  const union = new Map<string, { key: JoinKey; entity: string }>();
  for (const { entity } of readables) {
    for (const { name, type } of entity.joinKeys) {
      const other = union.get(name);
      if (other === undefined)
        union.set(name, { key: { name, type: type as JoinKeyType }, entity: entity.name });
      else if (other.key.type !== type) {
        const message = `${label}: join key "${name}" is ${other.key.type} in entity "${other.entity}" and ${type} in entity "${entity.name}"; rename one of them`;
        throw new ForebayError('failed_precondition', message);
      }
    }
  }
  return [...union.values()].map(({ key }) => key);
}

/** The distinct entity keys of the views, and of each view which one it has. */
export interface EntityKeyPlan {
  /** Positions in `joinKeys`, in the entity's order. */
  readonly entityKeys: readonly (readonly number[])[];
  readonly ofView: readonly number[];
}

export function planEntityKeys(
  readables: readonly ReadableView[],
  joinKeys: readonly JoinKey[],
): EntityKeyPlan {
  const all = readables.map(({ entity }) =>
    entity.joinKeys.map(({ name }) => joinKeys.findIndex((key) => key.name === name)),
  );
  const entityKeys = all.filter((positions, i) => all.findIndex((other) => sameKey(other, positions)) === i);
  const ofView = all.map((positions) => entityKeys.findIndex((other) => sameKey(other, positions)));
  return { entityKeys, ofView };
}

/** What tells the rows of a request apart: all their join keys. */
export interface RowKeyPlan {
  /** Positions in `joinKeys`, in the order of the names, so that the order of views does not matter. */
  readonly positions: readonly number[];
  /** The one of `entityKeys` that is the same; −1: none is. */
  readonly entityKey: number;
}

export function planRowKey(
  joinKeys: readonly JoinKey[],
  entityKeys: readonly (readonly number[])[],
): RowKeyPlan {
  const positions = joinKeys
    .map(({ name }, position) => ({ name, position }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ position }) => position);
  return { positions, entityKey: entityKeys.findIndex((key) => sameKey(key, positions)) };
}

function sameKey(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((position, i) => position === b[i]);
}
