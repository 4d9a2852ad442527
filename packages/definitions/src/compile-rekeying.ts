import type { EventSourceOptions } from './declarations';
import { DEFAULT_PARTITIONS, MAX_PARTITIONS, TOPIC_PATTERN } from './limits';
import type { EventSource, Field } from './model';
import { listNames } from './names';
import type { Problems } from './problems';
import type { Rekeying } from './rekeying';

/** By what records are spread over partitions, and whether they are to be spread anew. */
export function compileKeying(
  options: EventSourceOptions,
  fields: readonly Field[],
  place: string,
  problems: Problems,
): Pick<EventSource, 'keyedBy' | 'rekey'> {
  const { keyedBy, rekey } = options;
  if (keyedBy !== undefined) checkKeyFields(keyedBy, fields, `${place}, keyedBy`, problems);
  return {
    ...(keyedBy === undefined ? {} : { keyedBy: [...keyedBy] }),
    ...(rekey === undefined ? {} : { rekey: compileRekeying(options, fields, `${place}, rekey`, problems) }),
  };
}

function compileRekeying(
  options: EventSourceOptions,
  fields: readonly Field[],
  place: string,
  problems: Problems,
): Rekeying {
  const { topic: only = '', topics = [{ topic: only }], partitions, enrich } = options;
  const topic = topics[0]?.topic ?? '';
  const { by, ...rekey } = options.rekey as NonNullable<EventSourceOptions['rekey']>;
  checkKeyFields(by, fields, place, problems);
  if (by.length === 0) problems.add(place, 'say in "by" which fields its records are to be keyed by');
  if (topics.length > 1)
    problems.add(place, 'a source of several topics is not re-keyed: declare a source for each of them');
  if (enrich !== undefined)
    problems.add(place, 'a source that is enriched is not re-keyed: leave one of them out');
  const internal = rekey.topic ?? `${topic}.by-${by.join('-')}`;
  if (!TOPIC_PATTERN.test(internal) || internal === topic)
    problems.add(
      place,
      `"${internal}" is not a name for its topic: use one of its own, of up to 249 letters, digits, ., _ or -`,
    );
  const count = rekey.partitions ?? partitions ?? DEFAULT_PARTITIONS;
  if (!(Number.isInteger(count) && count >= 1 && count <= MAX_PARTITIONS))
    problems.add(
      place,
      `partitions ${count}: say how many its topic has, from 1 to ${MAX_PARTITIONS}; that stays`,
    );
  return { by: [...by], topic: internal, partitions: count };
}

function checkKeyFields(
  names: readonly string[],
  fields: readonly Field[],
  place: string,
  problems: Problems,
): void {
  for (const [i, name] of names.entries()) {
    if (!fields.some((field) => field.name === name))
      problems.add(
        place,
        `there is no field "${name}": the fields are ${listNames(fields.map((field) => field.name))}`,
      );
    else if (fields.find((field) => field.name === name)?.type === 'double')
      problems.add(place, `field "${name}" is double, by which nothing is keyed`);
    else if (names.indexOf(name) !== i) problems.add(place, `field "${name}" stands there twice`);
  }
}
