/** An error of ClickHouse that comes after the first bytes of a result: it stands at the end of the body. */
import { Transform } from 'node:stream';
import { ForebayError } from '@forebay/contract';

/** A body with an error ends with this, a tag, and the text of the error. */
const EXCEPTION_MARK = '__exception__\r\n';
const SHOWN_CHARACTERS = 500;

/** Throws `unavailable` if the bytes hold an error. `tag`: that of the result. */
export function refuseException(held: Buffer, tag: string): void {
  const at = held.indexOf(EXCEPTION_MARK + tag);
  if (at === -1) return;
  const text = held.toString('utf8', at + EXCEPTION_MARK.length + tag.length).trim();
  throw new ForebayError('unavailable', `clickhouse: ${text.slice(0, SHOWN_CHARACTERS)}`);
}

/** The same bytes, failing where they hold an error; the mark may lie across two chunks. */
export function refusingException(tag: string | null): Transform {
  const carried = EXCEPTION_MARK.length + (tag?.length ?? 0) - 1;
  let last: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (tag === null) return done(null, chunk);
      try {
        refuseException(Buffer.concat([last, chunk.subarray(0, carried)]), tag);
        refuseException(chunk, tag);
      } catch (thrown) {
        return done(thrown as Error);
      }
      last = Buffer.from(Buffer.concat([last, chunk.subarray(-carried)]).subarray(-carried));
      done(null, chunk);
    },
  });
}
