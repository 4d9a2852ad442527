/**
 * Bytes of a status' text in its trailer. Text and details are headers, of which many clients take no more than 8 KiB in
 * all and drop the connection beyond; the details repeat the text twice, in base64.
 */
export const MAX_STATUS_TEXT_BYTES = 1_536;

const ELLIPSIS = '…';

/** A printable ASCII character but `%` travels as itself, all else as `%XX` for each byte of its UTF-8. */
function encodedBytes(character: string): number {
  return encodeURI(character).length;
}

/** The text as it may be sent: whole characters of well-formed Unicode, and an ellipsis where the rest was too long. */
export function statusText(message: string): string {
  // a lone surrogate cannot be percent-encoded: grpc-js would throw while it sends the status
  const text = message.toWellFormed();
  let size = 0;
  let fits = '';
  for (const character of text) {
    size += encodedBytes(character);
    if (size > MAX_STATUS_TEXT_BYTES) return withEllipsis(fits);
    fits += character;
  }
  return text;
}

function withEllipsis(text: string): string {
  const characters = [...text];
  let freed = 0;
  while (freed < encodedBytes(ELLIPSIS)) freed += encodedBytes(characters.pop() as string);
  return characters.join('') + ELLIPSIS;
}
