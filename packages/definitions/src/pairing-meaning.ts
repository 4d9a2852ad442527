import { formatDuration } from '@forebay/contract';
import { compileExpression } from '@forebay/expressions';
import { sourceColumns } from './columns';
import type { Meaning } from './meaning';
import type { EventSource } from './model';
import type { Pairing } from './paired-model';

/** What a joined or sequence source adds to the meaning of a view that reads it. */
export function pairingMeaning(pairing: Pairing, usedFields: ReadonlySet<string>): Meaning {
  return pairing.kind === 'join' ? joinMeaning(pairing, usedFields) : sequenceMeaning(pairing);
}

function joinMeaning(
  { definition, left, right }: Extract<Pairing, { kind: 'join' }>,
  usedFields: ReadonlySet<string>,
): Meaning {
  const meaning: Record<string, Record<string, string | null>> = {
    join: {
      on: definition.on
        .map((pair) => `${pair.left} = ${pair.right}`)
        .sort()
        .join(', '),
      within: formatDuration(definition.withinMs),
    },
    left: inputMeaning(
      left,
      definition.on.map((pair) => pair.left),
    ),
    right: inputMeaning(
      right,
      definition.on.map((pair) => pair.right),
    ),
  };
  for (const { name, side, field } of definition.fields)
    if (usedFields.has(name)) meaning[`joined field "${name}"`] = { from: `${side}.${field}` };
  return meaning;
}

function sequenceMeaning({ definition, source }: Extract<Pairing, { kind: 'sequence' }>): Meaning {
  const { first, second, by, withinMs } = definition;
  const used = [first, second].flatMap((text) => [
    ...compileExpression(text, sourceColumns(source), `sequence source "${definition.name}"`).columns,
  ]);
  return {
    sequence: { by: [...by].sort().join(', '), first, second, within: formatDuration(withinMs) },
    'sequence of': inputMeaning(source, [...by, ...used]),
  };
}

function inputMeaning(source: EventSource, fields: readonly string[]): Record<string, string | null> {
  const typeOf = (wanted: string | null) => source.fields.find(({ name }) => name === wanted)?.type ?? '';
  const used = [...new Set([...fields, source.eventId])].map((name) => `${name}: ${typeOf(name)}`);
  return {
    source: source.name,
    fields: used.sort().join(', '),
    'event time': source.eventTime,
    'event id': source.eventId,
    'known at': source.knownAt,
  };
}
