/** All values of one entity of a view are made anew. */
import { compileView } from '@forebay/algebra';
import { encodeEntityKey, ForebayError, type JoinKeyValue, type Message } from '@forebay/contract';
import {
  definitionName,
  type Entity,
  entityOf,
  type Project,
  sourceOf,
  tableSourceOf,
} from '@forebay/definitions';
import { readRebuildState } from '@forebay/online-store';
import type { PlanDependencies } from '../plan-run';
import type { RegisteredView } from '../registered-view';
import { rebuildBatchValue, rebuildTableValue } from './entity-batch-value';
import { EntityStreamValue } from './entity-stream-value';

type KeyText = Message<'JoinKeyText'>;

/** Resolves with how many stored values there are now: that of the stream, that of runs. */
export async function rebuildEntity(
  dependencies: PlanDependencies,
  { project, found }: RegisteredView,
  given: readonly KeyText[],
  signal: AbortSignal,
): Promise<number> {
  const { view } = found;
  const name = `view "${definitionName(view)}"`;
  const values = keyValues(project, found, given);
  const key = encodeEntityKey(values);
  if (found.kind === 'table view') {
    const source = tableSourceOf(project, found.view);
    return rebuildTableValue(dependencies, { view: found.view, source, key }, signal);
  }
  const source = sourceOf(project, found.view);
  let count = 0;
  if (found.view.stream !== null) {
    if (source.pairing !== undefined)
      throw new ForebayError(
        'failed_precondition',
        `${name} reads events that are made of others, which the archive does not hold: rebuild the whole view`,
      );
    const state = await readRebuildState(dependencies.redis, { sourceId: source.id, viewId: view.id });
    if (state.step !== 'done')
      throw new ForebayError(
        'failed_precondition',
        `${name} is being rebuilt, or the stream service has not begun with it: wait for that`,
      );
    const value = new EntityStreamValue(dependencies, compileView(found.view, source), values);
    if (await value.rebuild(signal)) count++;
  }
  if (found.view.batch !== null || found.view.schedule !== null)
    count += await rebuildBatchValue(dependencies, { view: found.view, source, key }, signal);
  return count;
}

/** In the order of the entity's join keys. Throws `invalid_request` for keys that are missing, too many, or of another type. */
export function keyValues(
  project: Project,
  found: RegisteredView['found'],
  given: readonly KeyText[],
): JoinKeyValue[] {
  return joinKeyValues(entityOf(project, found.view), given, `view "${definitionName(found.view)}" is of `);
}

/** The same of an entity. @param subject what a message begins with */
export function joinKeyValues(
  { name, joinKeys }: Pick<Entity, 'name' | 'joinKeys'>,
  given: readonly KeyText[],
  subject = '',
): JoinKeyValue[] {
  const names = joinKeys.map((joinKey) => joinKey.name);
  const other = given.find((key) => !names.includes(key.name));
  if (other !== undefined || given.length !== names.length)
    throw new ForebayError(
      'invalid_request',
      `${subject}entity "${name}", whose join keys are ${names.join(', ')}: give each once`,
    );
  return joinKeys.map(({ name: joinKey, type }) => {
    const text = given.find((key) => key.name === joinKey)?.value;
    if (text === undefined)
      throw new ForebayError('invalid_request', `join key "${joinKey}" is missing: give each once`);
    if (type === 'string') return text;
    return type === 'bool' ? booleanKey(joinKey, text) : integerKey(joinKey, text);
  });
}

function booleanKey(name: string, text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new ForebayError('invalid_request', `join key "${name}" is true or false, not "${text}"`);
}

function integerKey(name: string, text: string): number | bigint {
  if (!/^-?\d{1,19}$/.test(text))
    throw new ForebayError('invalid_request', `join key "${name}" is an integer, and "${text}" is none`);
  const integer = Number(text);
  return Number.isSafeInteger(integer) ? integer : BigInt(text);
}
