import { ForebayError, type JoinKeyType, joinKeyMismatch } from '@forebay/contract';
import type { JoinKey } from '../plan/plan-keys';
import type { KeyColumn, KeyKind, KeyValue } from '../request/online-features-request';
import type { GivenColumn, GivenKind, GivenValue } from './request';

interface KeyTraits {
  readonly list: KeyKind;
  /** What a value may be given as: an integer of either width, if it fits. */
  readonly kinds: readonly GivenKind[];
}

const KEYS = {
  string: { list: 'strings', kinds: ['string'] },
  int32: { list: 'integers', kinds: ['int32', 'int64'] },
  int64: { list: 'integers', kinds: ['int64', 'int32'] },
  bool: { list: 'booleans', kinds: ['bool'] },
} as const satisfies Record<JoinKeyType, KeyTraits>;

/** A join key as the native request has it. Throws `invalid_request` that names the key and the row. */
export function keyColumn({ name, type }: JoinKey, given: GivenColumn): KeyColumn {
  const { list, kinds }: KeyTraits = KEYS[type];
  const values = given.values.map((value, row): KeyValue => {
    const wrong =
      kinds.includes(value.kind) || isVague(value)
        ? joinKeyMismatch(value.value, type)
        : givenAs(value, type);
    if (wrong === null) return value.value as KeyValue;
    throw new ForebayError('invalid_request', `join key "${name}", row ${row}: the value ${wrong}`);
  });
  return { joinKey: name, kind: values.length === 0 ? 'none' : list, values };
}

/** A null, or a value of a kind that says of itself what it is. */
const isVague = ({ kind }: GivenValue) => kind === 'null' || kind === 'string' || kind === 'bool';

function givenAs({ kind, value }: GivenValue, type: JoinKeyType): string {
  const article = type.startsWith('int') ? 'an' : 'a';
  const what = kind === 'other' ? 'a list, map or other value' : `${kind} (${String(value)})`;
  return `is given as ${what}, not as ${article} ${type}`;
}

/** A column that no join key has the name of: what comes next refuses it by its name. */
export const unknownKeyColumn = ({ name }: GivenColumn): KeyColumn => ({
  joinKey: name,
  kind: 'none',
  values: [],
});
