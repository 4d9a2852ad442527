import type { MessageTypeDefinition } from '@grpc/proto-loader';
import { type ForebayV1, loadContract } from './contract';
import { ForebayError } from './errors';

/** The names of the contract's messages (not of its services and enums). */
export type MessageName = {
  [N in keyof ForebayV1]: ForebayV1[N] extends MessageTypeDefinition<object, object> ? N : never;
}[keyof ForebayV1];

/** What may be given for a message: absent fields take their defaults, int64 also as decimal text. */
export type MessageInput<N extends MessageName> =
  ForebayV1[N] extends MessageTypeDefinition<infer Input, infer _> ? Input : never;

/** A message as it arrives: every field present, but for the members of a oneof and absent messages. */
export type Message<N extends MessageName> =
  ForebayV1[N] extends MessageTypeDefinition<infer _, infer Output> ? Output : never;

/** A message as protobuf bytes. Throws `internal` if a value does not fit its field. */
export function encodeMessage<N extends MessageName>(name: N, message: MessageInput<N>): Uint8Array {
  try {
    return definitionOf(name).serialize(message as object);
  } catch (error) {
    throw ForebayError.from(error, `encoding ${name}`);
  }
}

/** Reads protobuf bytes; fields that this contract does not know are skipped. Throws `corrupt_data`. */
export function decodeMessage<N extends MessageName>(name: N, bytes: Uint8Array): Message<N> {
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return definitionOf(name).deserialize(buffer) as Message<N>;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ForebayError('corrupt_data', `decoding ${name} from ${bytes.length} bytes: ${detail}`, {
      cause: error,
    });
  }
}

/**
 * Reads a message in proto3's JSON mapping with the field names of the contract, as job payloads are; fields that this
 * contract does not know are skipped, absent ones take their defaults. Throws `invalid_request` naming the field
 * whose value does not fit.
 */
export function messageFromJson<N extends MessageName>(name: N, json: unknown): Message<N> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ForebayError('invalid_request', `${name}: expected a JSON object, got ${JSON.stringify(json)}`);
  }
  const definition = definitionOf(name);
  let message: object;
  try {
    message = definition.deserialize(definition.serialize(json));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ForebayError('invalid_request', `reading ${name} from JSON: ${detail}`, { cause: error });
  }
  const misfit = findMisfit(json, message, name);
  if (misfit !== null) throw new ForebayError('invalid_request', misfit);
  return message as Message<N>;
}

/** protobufjs converts what does not fit its field ("abc" becomes 0); a value that did not survive is refused. */
function findMisfit(given: unknown, read: unknown, place: string): string | null {
  if (given === null || given === undefined) return null;
  if (typeof read === 'object' && read !== null) {
    if (typeof given !== 'object') return `${place}: ${JSON.stringify(given)} is not an object or list`;
    for (const [key, value] of Object.entries(read)) {
      const misfit = findMisfit((given as Record<string, unknown>)[key], value, `${place}.${key}`);
      if (misfit !== null) return misfit;
    }
    return null;
  }
  const survived =
    typeof read === 'number' && typeof given === 'string'
      ? /^-?\d+$/.test(given) && Number(given) === read
      : given === read;
  return survived ? null : `${place}: ${JSON.stringify(given)} does not fit the field`;
}

function definitionOf(name: MessageName): MessageTypeDefinition<object, object> {
  return loadContract().v1[name] as unknown as MessageTypeDefinition<object, object>;
}
