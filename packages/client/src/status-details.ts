import { ProtobufReader } from '@forebay/contract';

/** What is wrong with a field of a request. */
export interface FieldViolation {
  /** A path in the request's message, such as `keys[0].integers[3]`; empty: the message as a whole. */
  readonly field: string;
  readonly description: string;
}

/** `google.rpc.Status` with the details that Forebay gives (ErrorInfo, RetryInfo, BadRequest). */
export interface StatusDetails {
  readonly metadata: Readonly<Record<string, string>>;
  /** null: to try again makes no sense, or nobody says when. */
  readonly retryAfterMs: number | null;
  readonly violations: readonly FieldViolation[];
}

export const NO_DETAILS: StatusDetails = { metadata: {}, retryAfterMs: null, violations: [] };

const MS_PER_SECOND = 1_000;
const NANOS_PER_MS = 1_000_000;

/** Details that cannot be read are as if absent: the failure that they explain matters more. */
export function readStatusDetails(bytes: Uint8Array): StatusDetails {
  try {
    const reader = new ProtobufReader(bytes);
    let details = NO_DETAILS;
    for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
      if (field === 3) details = { ...details, ...reader.message(readAny) };
      else reader.skip();
    }
    return details;
  } catch {
    return NO_DETAILS;
  }
}

function readAny(reader: ProtobufReader): Partial<StatusDetails> {
  let type = '';
  let value = Buffer.alloc(0);
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) type = reader.string();
    else if (field === 2) value = Buffer.from(reader.bytes());
    else reader.skip();
  }
  const detail = new ProtobufReader(value);
  switch (type.slice(type.lastIndexOf('.') + 1)) {
    case 'ErrorInfo':
      return { metadata: Object.fromEntries(messagesOf(detail, 3, readPair)) };
    case 'RetryInfo':
      return { retryAfterMs: messagesOf(detail, 1, readDuration)[0] ?? null };
    case 'BadRequest':
      return {
        violations: messagesOf(detail, 1, readPair).map(([field, description]) => ({ field, description })),
      };
    default:
      return {};
  }
}

function messagesOf<T>(reader: ProtobufReader, wanted: number, read: (reader: ProtobufReader) => T): T[] {
  const messages: T[] = [];
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === wanted) messages.push(reader.message(read));
    else reader.skip();
  }
  return messages;
}

/** Two strings: a map's entry, or a field's violation. */
function readPair(reader: ProtobufReader): [string, string] {
  const pair: [string, string] = ['', ''];
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1 || field === 2) pair[field - 1] = reader.string();
    else reader.skip();
  }
  return pair;
}

function readDuration(reader: ProtobufReader): number {
  let ms = 0;
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) ms += Number(reader.int64()) * MS_PER_SECOND;
    else if (field === 2) ms += Number(reader.int64()) / NANOS_PER_MS;
    else reader.skip();
  }
  return ms;
}
