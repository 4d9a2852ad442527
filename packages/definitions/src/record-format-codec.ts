import type { Message, MessageInput } from '@forebay/contract';
import { isPlainJson, JSON_FORMAT, type RecordEncoding, type RecordFormat } from './record-format';
import { unknownPart } from './value-type-codec';

const ENCODINGS = {
  json: 'RECORD_JSON',
  avro: 'RECORD_AVRO',
  protobuf: 'RECORD_PROTOBUF',
} as const satisfies Record<RecordEncoding, string>;

/** Plain JSON is the absence of a format: definitions that say nothing of it are stored as before there were others. */
export function recordFormatToMessage(format: RecordFormat): MessageInput<'RecordFormat'> | null {
  if (isPlainJson(format)) return null;
  return {
    encoding: ENCODINGS[format.encoding],
    schema: format.schema ?? '',
    message: format.message ?? '',
    paths: format.paths,
    headers: format.headers,
  };
}

/** Throws `corrupt_data` for an encoding that it does not know. */
export function recordFormatFromMessage(
  message: Message<'RecordFormat'> | null,
  source: string,
): RecordFormat {
  if (message === null) return JSON_FORMAT;
  const known = (Object.keys(ENCODINGS) as RecordEncoding[]).find(
    (name) => ENCODINGS[name] === message.encoding,
  );
  if (known === undefined) throw unknownPart(`event source "${source}": an unknown encoding of records`);
  return {
    encoding: known,
    schema: message.schema || null,
    message: message.message || null,
    paths: message.paths,
    headers: message.headers,
  };
}
