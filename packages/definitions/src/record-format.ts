/** How the records of an event source's topic are read. */

/** `json`: an object. `avro`, `protobuf`: bytes of a schema. */
export type RecordEncoding = 'json' | 'avro' | 'protobuf';

export interface RecordFormat {
  readonly encoding: RecordEncoding;
  /**
   * Of Avro and Protobuf: the schema (JSON text; the text of a .proto file) of values that are its bare bytes. null:
   * values begin with the id of a schema, and a schema registry knows it.
   */
  readonly schema: string | null;
  /** The full name of the message in a Protobuf schema that is given; null: the first message of the file. */
  readonly message: string | null;
  /** By field: where in the value it stands ({@link pathSegments}); all others stand in it under their own name. */
  readonly paths: Readonly<Record<string, string>>;
  /** By field: the header of the record that holds it, as text. */
  readonly headers: Readonly<Record<string, string>>;
}

/** JSON objects whose members have the names of the fields. */
export const JSON_FORMAT: RecordFormat = {
  encoding: 'json',
  schema: null,
  message: null,
  paths: {},
  headers: {},
};

/** Whether nothing is said about how records are read. */
export function isPlainJson(format: RecordFormat): boolean {
  const { encoding, schema, message, paths, headers } = format;
  const elsewhere = Object.keys(paths).length + Object.keys(headers).length;
  return encoding === 'json' && schema === null && message === null && elsewhere === 0;
}

/**
 * The names on the way to a value: `payment.amount.value`, and `items.0.price` for the first item of a list. A dot or a
 * backslash that belongs to a name has a backslash before it. Null: it is no path, as a name is empty or a backslash
 * stands before something else.
 */
export function pathSegments(path: string): string[] | null {
  const segments: string[] = [];
  let segment = '';
  for (let at = 0; at < path.length; at++) {
    const character = path.charAt(at);
    if (character === '.') {
      segments.push(segment);
      segment = '';
    } else if (character === '\\') {
      const escaped = path.charAt(++at);
      if (escaped !== '.' && escaped !== '\\') return null;
      segment += escaped;
    } else segment += character;
  }
  segments.push(segment);
  return segments.includes('') ? null : segments;
}

/** Where a field stands in the value; null: it comes from a header. */
export function segmentsOfField({ paths, headers }: RecordFormat, name: string): readonly string[] | null {
  if (Object.hasOwn(headers, name)) return null;
  const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
  return path === undefined ? [name] : pathSegments(path);
}
