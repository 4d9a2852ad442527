import { ForebayError } from '@forebay/contract';
import { nearestName } from '@forebay/service-kit';

/** Names that a message lists. */
const LISTED = 20;

/** `not_found`, with the nearest name and the names that there are. */
export function noSuch(what: string, name: string, place: string, known: readonly string[]): ForebayError {
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  const nearest = nearestName(name.slice(0, 100), known);
  const question = nearest === null ? '' : `; did you mean "${nearest}"?`;
  const rest = known.length > LISTED ? `, and ${known.length - LISTED} more` : '';
  const list =
    known.length === 0 ? 'there is none' : `there are: ${known.slice(0, LISTED).join(', ')}${rest}`;
  return new ForebayError('not_found', `no ${what} "${shown}" in ${place}${question} (${list})`);
}
