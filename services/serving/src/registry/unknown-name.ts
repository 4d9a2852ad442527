import { ForebayError } from '@forebay/contract';
import { nearestName } from '@forebay/service-kit';
import type { Caller } from '../security/caller';

/** Names that a message lists. */
const LISTED = 20;

/** Whose request it is: what it may not read is not among the names that it is told. */
export type ToldTo = Pick<Caller, 'isOfTenant' | 'mayRead'>;

/** Is told of no project and no feature service. */
export const NOBODY: ToldTo = { isOfTenant: () => false, mayRead: () => false };

/** What a request can name that may not be there. */
export type NamedKind = 'project' | 'feature service' | 'view' | 'feature';

/** `not_found` for a name. */
export class UnknownName extends ForebayError {
  constructor(
    readonly what: NamedKind,
    message: string,
  ) {
    super('not_found', message);
  }
}

/** `not_found`, with the nearest name and the names that there are, of those that may be told. */
export function noSuch(what: NamedKind, name: string, place: string, known: readonly string[]): UnknownName {
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  const nearest = nearestName(name.slice(0, 100), known);
  const question = nearest === null ? '' : `; did you mean "${nearest}"?`;
  const rest = known.length > LISTED ? `, and ${known.length - LISTED} more` : '';
  const list =
    known.length === 0 ? 'there is none to read' : `there are: ${known.slice(0, LISTED).join(', ')}${rest}`;
  return new UnknownName(what, `no ${what} "${shown}" in ${place}${question} (${list})`);
}
