import { ForebayError } from '@forebay/contract';
import { type Project, recordFields } from '@forebay/definitions';
import { givenSchemaDecoder } from '@forebay/formats';

/** Throws `invalid_definition` for event sources whose fields cannot be read with the schema that they give. */
export function checkSchemas({ eventSources }: Project): void {
  const problems = eventSources.flatMap((source) => {
    if (source.format.schema === null) return [];
    try {
      givenSchemaDecoder({ ...source, fields: recordFields(source) });
      return [];
    } catch (thrown) {
      return [`event source "${source.name}", format: ${ForebayError.from(thrown).message}`];
    }
  });
  if (problems.length > 0)
    throw new ForebayError('invalid_definition', problems.map((problem) => `\n  - ${problem}`).join(''));
}
