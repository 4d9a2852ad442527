/** Where commands and replies end, in bytes on their way: https://redis.io/docs/latest/develop/reference/protocol-spec/ */

const STAR = 0x2a;
const LINE_FEED = 0x0a;
const LINE_END_BYTES = 2;

/** How many whole commands there are, and where the last of them ends. They are arrays of bulk strings, as clients send them. */
export function countCommands(bytes: Buffer): { count: number; end: number } {
  let [count, end] = [0, 0];
  for (let next = commandEnd(bytes, 0); next > 0; next = commandEnd(bytes, end))
    [count, end] = [count + 1, next];
  return { count, end };
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

const NONE = -1;

/** How many whole replies (RESP 2) there are, and where the last of them ends. */
export function countReplies(bytes: Buffer): { count: number; end: number } {
  let [count, end] = [0, 0];
  for (let next = replyEnd(bytes, 0); next > 0; next = replyEnd(bytes, end)) [count, end] = [count + 1, next];
  return { count, end };
}

/** 0: the reply is not whole yet. */
function replyEnd(bytes: Buffer, from: number): number {
  if (from >= bytes.length) return 0;
  const head = header(bytes, from);
  if (head === null) return 0;
  const type = String.fromCharCode(bytes[from] as number);
  if (type === '$') {
    const end = head.value === NONE ? head.end : head.end + head.value + LINE_END_BYTES;
    return end <= bytes.length ? end : 0;
  }
  if (type !== '*') return head.end;
  let at = head.end;
  for (let i = 0; i < head.value; i++) {
    at = replyEnd(bytes, at);
    if (at === 0) return 0;
  }
  return at;
}
