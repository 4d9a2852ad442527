import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ForebayError } from '@forebay/contract';
import {
  type EventSource,
  type Project,
  recordKeyField,
  sourceOfTopic,
  topicsOf,
} from '@forebay/definitions';
import { nearestName } from '@forebay/service-kit';
import { chooseProject, findSource, publishedRegistry } from '../applied-registry';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { type JsonLine, readJsonLines } from '../json-lines';
import { pushEvents } from '../push-events';
import { perSecond, readableCount } from '../readable';

export interface PushOptions {
  readonly project?: string;
  readonly source: string;
  readonly event?: string;
  readonly file?: string;
  readonly key?: string;
  readonly topic?: string;
}

export async function pushCommand(context: CommandContext, options: PushOptions): Promise<ExitCode> {
  const { servers, output } = context;
  const lines = await linesOf(context, options);
  const project = chooseProject(await publishedRegistry(servers), options.project);
  const source = findSource(project, options.source);
  const keyField = keyFieldOf(project, source, options.key);
  const eventLog = await servers.eventLog();
  const topic = topicFor(source, options.topic);
  const partitions = await eventLog.admin.partitionCount(topic);
  if (partitions === null) {
    const place = `topic "${topic}" of source "${source.name}"`;
    throw new ForebayError('not_found', `${place} does not exist: run "forebay apply" again`);
  }
  const producer = await eventLog.producer();
  const startedMs = performance.now();
  const progress = output.counter('events sent');
  try {
    const pushed = await pushEvents(
      producer,
      sourceOfTopic(source, topicsOf(source).indexOf(topic)),
      keyField,
      lines,
      (sent) => progress.update(sent),
    ).finally(() => progress.stop());
    const elapsedMs = performance.now() - startedMs;
    const eventsPerSecond = perSecond(pushed.sent, elapsedMs);
    const unknownFields = Object.fromEntries(pushed.unknownFields);
    const { sent, withoutKey } = pushed;
    output.result(
      {
        source: source.name,
        topic,
        sent,
        seconds: elapsedMs / 1000,
        eventsPerSecond,
        keyField,
        withoutKey,
        unknownFields,
      },
      `${readableCount(sent)} events to topic "${topic}" in ${(elapsedMs / 1000).toFixed(2)} s, ${readableCount(eventsPerSecond)} events/s`,
    );
    warnOfFields(output.warning.bind(output), source, pushed.unknownFields);
  } finally {
    await producer.close();
  }
  return EXIT.ok;
}

/** The first of a source's topics, unless another is chosen. */
function topicFor(source: EventSource, chosen: string | undefined): string {
  const topics = topicsOf(source);
  if (chosen === undefined || topics.includes(chosen)) return chosen ?? source.topic;
  throw new ForebayError(
    'invalid_request',
    `--topic "${chosen}": source "${source.name}" has no such topic; it has ${topics.join(', ')}`,
  );
}

async function linesOf(context: CommandContext, options: PushOptions): Promise<AsyncIterable<JsonLine>> {
  if (options.event !== undefined)
    return readJsonLines(once(options.event.replaceAll(/[\r\n]+/g, ' ')), 'event');
  if (options.file === undefined) return readJsonLines(context.input, 'standard input');
  const place = `file "${options.file}"`;
  const found = await stat(options.file).catch(() => null);
  if (found === null || !found.isFile()) {
    throw new ForebayError('invalid_request', `${place}: there is no such file`);
  }
  return readJsonLines(createReadStream(options.file, { highWaterMark: 1 << 18 }), place);
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

function keyFieldOf(project: Project, source: EventSource, chosen: string | undefined): string | null {
  if (chosen === undefined) return recordKeyField(project, source);
  const names = source.fields.map(({ name }) => name);
  if (names.includes(chosen)) return chosen;
  const nearest = nearestName(chosen, names);
  const remedy = nearest === null ? `it has ${names.join(', ')}` : `did you mean "${nearest}"?`;
  throw new ForebayError(
    'invalid_request',
    `--key "${chosen}": source "${source.name}" has no such field; ${remedy}`,
  );
}

function warnOfFields(
  warn: (text: string) => void,
  source: EventSource,
  unknown: ReadonlyMap<string, number>,
): void {
  const names = source.fields.map(({ name }) => name);
  for (const [name, events] of unknown) {
    const nearest = nearestName(name, names);
    const hint = nearest === null ? '' : `; did you mean "${nearest}"?`;
    warn(
      `source "${source.name}" has no field "${name}" (in ${readableCount(events)} events): it is ignored${hint}`,
    );
  }
}
