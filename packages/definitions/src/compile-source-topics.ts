import { checkNested } from './compile-record-format';
import type { EventSourceOptions, SourceTopicOptions } from './declarations';
import { DEFAULT_PARTITIONS, MAX_PATH_CHARACTERS, TOPIC_PATTERN } from './limits';
import type { EventSource } from './model';
import { checkCount, listNames } from './names';
import type { Problems } from './problems';
import { pathSegments, type RecordFormat } from './record-format';
import { MAX_TOPICS_PER_SOURCE, PARTITIONS_PER_TOPIC } from './source-topics';

/** The topics of a source, each with where fields stand in its values. */
export function compileSourceTopics(
  options: EventSourceOptions,
  format: RecordFormat,
  sourcePlace: string,
  problems: Problems,
): Pick<EventSource, 'topic' | 'otherTopics' | 'format'> {
  const declared = declaredTopics(options, sourcePlace, problems);
  const topics = declared.map((declaration) => {
    const place = `${sourcePlace}, topic "${declaration.topic}"`;
    checkTopic(declaration.topic, sourcePlace, problems);
    return { topic: declaration.topic, paths: pathsOf(declaration, options, format, place, problems) };
  });
  checkMany(topics, options.partitions ?? DEFAULT_PARTITIONS, sourcePlace, problems);
  const [first, ...others] = topics;
  return {
    topic: first?.topic ?? '',
    ...(others.length === 0 ? {} : { otherTopics: others }),
    format: { ...format, paths: first?.paths ?? {} },
  };
}

function declaredTopics(
  { topic, topics }: EventSourceOptions,
  place: string,
  problems: Problems,
): readonly SourceTopicOptions[] {
  if (topic !== undefined && topics === undefined) return [{ topic }];
  if (topic === undefined && topics !== undefined && topics.length > 0) return topics;
  problems.add(place, 'say in "topic" where its events are read, or in "topics" if there are several');
  return topics ?? (topic === undefined ? [] : [{ topic }]);
}

function checkTopic(topic: string, place: string, problems: Problems): void {
  if (TOPIC_PATTERN.test(topic)) return;
  problems.add(place, `"${topic}" is not a name of a topic: use up to 249 letters, digits, ., _ or -`);
}

function checkMany(
  topics: readonly { readonly topic: string }[],
  partitions: number,
  place: string,
  problems: Problems,
): void {
  if (topics.length < 2) return;
  checkCount(topics.length, MAX_TOPICS_PER_SOURCE, 'topics', place, problems);
  const names = topics.map(({ topic }) => topic);
  for (const twice of new Set(names.filter((name, i) => names.indexOf(name) !== i)))
    problems.add(place, `topic "${twice}" stands there twice`);
  if (partitions > PARTITIONS_PER_TOPIC)
    problems.add(
      place,
      `partitions ${partitions}: the topics of a source of several have at most ${PARTITIONS_PER_TOPIC} each`,
    );
}

function pathsOf(
  { fields = {} }: SourceTopicOptions,
  options: EventSourceOptions,
  format: RecordFormat,
  place: string,
  problems: Problems,
): RecordFormat['paths'] {
  const names = Object.keys(options.fields);
  const paths: Record<string, string> = { ...format.paths };
  for (const [name, path] of Object.entries(fields) as [string, string][]) {
    if (!names.includes(name))
      problems.add(place, `there is no field "${name}": the fields are ${listNames(names)}`);
    else if (Object.hasOwn(format.headers, name))
      problems.add(place, `field "${name}" comes from a header, which has the same name in every topic`);
    else if (path.length > MAX_PATH_CHARACTERS || pathSegments(path) === null)
      problems.add(
        place,
        `field "${name}": "${path.slice(0, 80)}" is not a path: names with dots between them, such as "payment.amount"`,
      );
    if (path === name) delete paths[name];
    else paths[name] = path;
  }
  if (Object.keys(fields).length > 0) checkNested({ ...format, paths }, names, place, problems);
  return paths;
}
