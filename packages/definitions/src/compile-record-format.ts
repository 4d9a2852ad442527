import type { EventSourceOptions } from './declarations';
import { HEADER_PATTERN, MAX_PATH_CHARACTERS, MAX_SCHEMA_CHARACTERS } from './limits';
import type { Problems } from './problems';
import { pathSegments, type RecordFormat, segmentsOfField } from './record-format';
import type { FieldOptions, FormatOptions } from './record-format-declaration';

export function compileRecordFormat(
  options: EventSourceOptions,
  sourcePlace: string,
  problems: Problems,
): RecordFormat {
  const written = Object.entries(options.fields).flatMap(([name, field]): [string, FieldOptions][] =>
    typeof field === 'string' ? [] : [[name, field]],
  );
  const pick = (what: 'path' | 'header') =>
    Object.fromEntries(
      written.flatMap(([name, field]): [string, string][] => {
        const given = field[what];
        return given === undefined || (what === 'path' && given === name) ? [] : [[name, given]];
      }),
    );
  const format = {
    ...readSchema(options.format ?? 'json', `${sourcePlace}, format`, problems),
    paths: pick('path'),
    headers: pick('header'),
  };
  for (const [name, field] of written) checkOrigin(field, `${sourcePlace}, field "${name}"`, problems);
  checkNested(format, Object.keys(options.fields), sourcePlace, problems);
  return format;
}

function readSchema(
  format: FormatOptions,
  place: string,
  problems: Problems,
): Pick<RecordFormat, 'encoding' | 'schema' | 'message'> {
  if (typeof format === 'string') return { encoding: format, schema: null, message: null };
  const schema = format.type === 'avro' ? avroText(format.schema, place, problems) : format.schema;
  if (schema.trim() === '')
    problems.add(place, 'the schema is empty: give its text, or leave it to a registry');
  if (schema.length > MAX_SCHEMA_CHARACTERS) {
    problems.add(
      place,
      `the schema has ${schema.length} characters, more than the limit of ${MAX_SCHEMA_CHARACTERS}: leave it to a schema registry`,
    );
  }
  return {
    encoding: format.type,
    schema,
    message: format.type === 'protobuf' ? (format.message ?? null) : null,
  };
}

/** In one layout, so that another layout is no change. */
function avroText(schema: string | object, place: string, problems: Problems): string {
  if (typeof schema === 'object') return JSON.stringify(schema);
  try {
    return JSON.stringify(JSON.parse(schema));
  } catch {
    problems.add(place, 'the Avro schema is not JSON');
    return schema;
  }
}

function checkOrigin({ path, header }: FieldOptions, place: string, problems: Problems): void {
  if (path !== undefined && header !== undefined)
    problems.add(place, `it has a path and a header: a field stands in one place, leave one of them out`);
  if (path !== undefined && (path.length > MAX_PATH_CHARACTERS || pathSegments(path) === null)) {
    problems.add(
      place,
      `"${path.slice(0, 80)}" is not a path: names with dots between them, such as "payment.amount", in at most ${MAX_PATH_CHARACTERS} characters; a dot in a name is written "\\."`,
    );
  }
  if (header !== undefined && !HEADER_PATTERN.test(header))
    problems.add(
      place,
      `"${header.slice(0, 80)}" is not a name of a header: use up to 200 visible characters`,
    );
}

/** A value that is a field's has nothing in it for another. */
export function checkNested(
  format: RecordFormat,
  names: readonly string[],
  place: string,
  problems: Problems,
): void {
  const placed = names.flatMap((name) => {
    const segments = segmentsOfField(format, name);
    return segments === null ? [] : [{ name, text: JSON.stringify(segments).slice(0, -1) }];
  });
  const owners = new Map(placed.map(({ name, text }) => [text, name]));
  for (const { name, text } of placed) {
    for (let at = text.indexOf(','); at !== -1; at = text.indexOf(',', at + 1)) {
      const owner = owners.get(text.slice(0, at));
      if (owner === undefined) continue;
      problems.add(
        `${place}, field "${name}"`,
        `its path leads through field "${owner}", which is a value: take one of them out`,
      );
    }
  }
}
