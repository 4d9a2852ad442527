import { checkShape, shownName } from './check-shape';
import type { EntityDeclaration } from './declarations';
import { MAX_JOIN_KEYS } from './limits';
import { compileMetadata } from './metadata';
import type { Entity } from './model';
import { checkCount, checkName } from './names';
import type { Problems } from './problems';
import { ENTITY_SHAPE } from './shapes';

/** Null if it is too broken for views to be checked against it. */
export function compileEntity(declaration: EntityDeclaration, problems: Problems): Entity | null {
  const place = `entity ${shownName(declaration.options)}`;
  if (checkShape(ENTITY_SHAPE, declaration.options, place, problems) === null) return null;
  const { name, joinKeys } = declaration.options;
  checkName(name, place, problems);
  const fields = Object.entries(joinKeys).map(([key, type]) => ({ name: key, type }));
  if (fields.length === 0) problems.add(place, 'no join keys: give at least one, such as { user: "string" }');
  checkCount(fields.length, MAX_JOIN_KEYS, 'join keys', place, problems);
  for (const key of fields) checkName(key.name, `${place}, join key "${key.name}"`, problems);
  return { id: 0, name, joinKeys: fields, metadata: compileMetadata(declaration.options) };
}
