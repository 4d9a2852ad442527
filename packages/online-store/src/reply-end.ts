/**
 * Where replies of the Redis protocol end (https://redis.io/docs/latest/develop/reference/protocol-spec/), both versions of
 * it.
 */

const LINE_END_BYTES = 2;

/** Bytes that are no reply, or none to the command that waits for one: nothing after them can be told apart. */
export class MalformedReply extends Error {}

/** What follows the first line, by the first byte: nothing, so many bytes, or so many replies. */
const LINES = new Set('+-:_,#('.split('').map(codeOf));
const BULKS = new Set('$=!'.split('').map(codeOf));
/** Replies per counted element; an attribute stands before the reply that it is of. */
const NESTED = new Map([
  [codeOf('*'), { each: 1, more: 0 }],
  [codeOf('~'), { each: 1, more: 0 }],
  [codeOf('>'), { each: 1, more: 0 }],
  [codeOf('%'), { each: 2, more: 0 }],
  [codeOf('|'), { each: 2, more: 1 }],
]);

function codeOf(character: string): number {
  return character.charCodeAt(0);
}

/** The position after the reply that begins at `from`; −1: it is not all there. Throws MalformedReply. */
export function replyEnd(bytes: Buffer, from: number): number {
  let at = from;
  for (let open = 1; open > 0; open--) {
    if (at >= bytes.length) return -1;
    const type = bytes[at] as number;
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return -1;
    const next = lineEnd + LINE_END_BYTES;
    if (LINES.has(type)) {
      at = next;
      continue;
    }
    const count = Number(bytes.toString('latin1', at + 1, lineEnd));
    const nested = NESTED.get(type);
    if (nested !== undefined) open += Math.max(0, count) * nested.each + nested.more;
    else if (!BULKS.has(type))
      throw new MalformedReply(`no reply of Redis begins with ${JSON.stringify(String.fromCharCode(type))}`);
    at = nested !== undefined || count < 0 ? next : next + count + LINE_END_BYTES;
  }
  return at <= bytes.length ? at : -1;
}
