/** Where commands end, in bytes on their way to Redis: https://redis.io/docs/latest/develop/reference/protocol-spec/ */

const STAR = 0x2a;
const LINE_FEED = 0x0a;
const LINE_END_BYTES = 2;

/** The end of the last whole command. Commands are arrays of bulk strings, as clients send them. */
export function commandsEnd(bytes: Buffer): number {
  let end = 0;
  for (let next = commandEnd(bytes, 0); next > 0; next = commandEnd(bytes, end)) end = next;
  return end;
}

/** 0: the command is not whole yet. */
function commandEnd(bytes: Buffer, from: number): number {
  if (from >= bytes.length) return 0;
  if (bytes[from] !== STAR) throw new Error(`no command at byte ${from}: ${bytes.subarray(from, from + 20)}`);
  const count = header(bytes, from);
  if (count === null) return 0;
  let at = count.end;
  for (let i = 0; i < count.value; i++) {
    const size = header(bytes, at);
    if (size === null) return 0;
    at = size.end + size.value + LINE_END_BYTES;
  }
  return at <= bytes.length ? at : 0;
}

/** The number behind the type's byte, and where its line ends. */
function header(bytes: Buffer, from: number): { value: number; end: number } | null {
  const lineFeed = bytes.indexOf(LINE_FEED, from);
  if (lineFeed < 0) return null;
  return { value: Number(bytes.subarray(from + 1, lineFeed - 1).toString()), end: lineFeed + 1 };
}
