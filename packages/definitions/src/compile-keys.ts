import type { Entity, ScalarType, TableField } from './model';
import { listNames } from './names';
import type { Problems } from './problems';

/** The types of fields that each type of join key can be read from, so that both give the same text. */
const KEY_FIELD_TYPES: Readonly<Record<string, readonly ScalarType[]>> = {
  string: ['string'],
  bool: ['bool'],
  int32: ['int32'],
  int64: ['int32', 'int64'],
};

/**
 * The field of each join key, in the entity's order.
 * @param what the fields are called, such as `field or derived column`
 */
export function compileKeys(
  keys: Readonly<Record<string, string | undefined>>,
  entity: Entity,
  fields: readonly TableField[],
  what: string,
  place: string,
  problems: Problems,
): string[] {
  for (const name of Object.keys(keys).filter(
    (key) => !entity.joinKeys.some((joinKey) => joinKey.name === key),
  )) {
    const known = listNames(entity.joinKeys.map((joinKey) => joinKey.name));
    problems.add(
      `${place}, keys`,
      `"${name}" is not a join key of entity "${entity.name}": its join keys are ${known}`,
    );
  }
  return entity.joinKeys.map((joinKey) => {
    const name = keys[joinKey.name] ?? joinKey.name;
    const field = fields.find((candidate) => candidate.name === name);
    const fitting: readonly string[] = KEY_FIELD_TYPES[joinKey.type] ?? [];
    const keyPlace = `${place}, key "${joinKey.name}"`;
    if (field === undefined) {
      const known = listNames(fields.map((candidate) => candidate.name));
      problems.add(keyPlace, `there is no ${what} "${name}": there are ${known}; say which in "keys"`);
    } else if (!fitting.includes(field.type)) {
      problems.add(
        keyPlace,
        `"${name}" is ${field.type}, and the join key is ${joinKey.type}: it can be read from ${fitting.join(' or ')}`,
      );
    }
    return name;
  });
}
