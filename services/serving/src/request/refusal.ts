import { ForebayError } from '@forebay/contract';

/**
 * An `invalid_request` with the field that is to blame: of the columns, by the name of the join key or of the request's field,
 * and the row if it is one of them: `keys["airport"][3]`.
 */
export function refusal(
  list: 'keys' | 'request',
  name: string | null,
  message: string,
  row?: number,
): ForebayError {
  const column = name === null ? list : `${list}[${JSON.stringify(name)}]`;
  const field = row === undefined ? column : `${column}[${row}]`;
  return new ForebayError('invalid_request', message, { field });
}
