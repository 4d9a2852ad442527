import { formatInstant } from '@forebay/contract';
import type { EventSource } from '@forebay/definitions';
import { chooseProject, findSource, publishedRegistry } from '../applied-registry';
import type { CommandContext } from '../context';
import { countReasons, type DeadLetterEntry, type ReasonCount } from '../dlq/dead-letter-index';
import { type DeadLettersOf, deadLettersOf } from '../dlq/dead-letters-of';
import { printable } from '../dlq/shown-bytes';
import { EXIT, type ExitCode } from '../exit-codes';
import type { Output } from '../output';
import { readableCount } from '../readable';

export interface DlqListOptions {
  readonly project?: string;
  readonly source?: string;
  readonly reason?: readonly string[];
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
}

/** Of a message, in a table. */
const SHOWN_MESSAGE = 60;

export async function dlqListCommand(context: CommandContext, options: DlqListOptions): Promise<ExitCode> {
  const { servers, output } = context;
  const project = chooseProject(await publishedRegistry(servers), options.project);
  const sources = options.source === undefined ? project.eventSources : [findSource(project, options.source)];
  const listed = [];
  for (const source of sources) {
    const letters = await deadLettersOf(servers, source, choiceOf(options));
    listed.push(listedSource(source, letters, options.limit));
  }
  output.result(
    { sources: listed.map(({ data }) => data) },
    listed.map((one) => textOf(one, output)).join('\n\n'),
  );
  return EXIT.ok;
}

export function choiceOf({ reason, since, until }: Pick<DlqListOptions, 'reason' | 'since' | 'until'>) {
  return {
    ...(reason === undefined ? {} : { reasons: reason }),
    ...(since === undefined ? {} : { sinceMs: since }),
    ...(until === undefined ? {} : { untilMs: until }),
  };
}

interface ListedSource {
  readonly data: {
    readonly source: string;
    readonly topic: string;
    readonly reasons: readonly ReasonCount[];
    readonly strangers: number;
    readonly letters: readonly ReturnType<typeof letterData>[];
  };
}

/** The newest letters. */
function listedSource(source: EventSource, letters: DeadLettersOf, limit: number): ListedSource {
  const { topic, entries, isReplayed, strangers } = letters;
  const newest = limit === 0 ? [] : entries.slice(-limit).reverse();
  return {
    data: {
      source: source.name,
      topic,
      reasons: countReasons(entries, isReplayed),
      strangers,
      letters: newest.map((entry) => letterData(entry, isReplayed(entry))),
    },
  };
}

export function letterData(
  { id, origin, partition, offset, keyBytes, valueBytes }: DeadLetterEntry,
  isReplayed: boolean,
) {
  const { reason, message, attempt, service, timestampMs, timeMs } = origin;
  return {
    id,
    state: isReplayed ? ('replayed' as const) : ('waiting' as const),
    reason,
    message,
    attempt,
    service,
    original: { topic: origin.topic, partition: origin.partition, offset: origin.offset },
    arrivedAt: instantOrNull(timestampMs),
    givenUpAt: instantOrNull(timeMs),
    letter: { partition, offset },
    keyBytes,
    valueBytes,
  };
}

const instantOrNull = (ms: number) => (Number.isSafeInteger(ms) ? formatInstant(ms) : null);

function textOf({ data }: ListedSource, output: Output): string {
  const { bold, yellow } = output.colors;
  const { source, topic, reasons, letters, strangers } = data;
  const title = bold(`source ${source}, dead letters in topic ${topic}`);
  if (reasons.length === 0) return `${title}\nnone`;
  const counts = output.table(
    ['reason', 'waiting', 'replayed'],
    reasons.map(({ reason, waiting, replayed }) => [
      printable(reason),
      readableCount(waiting),
      readableCount(replayed),
    ]),
  );
  const rows = letters.map((letter) => [
    letter.id,
    letter.reason,
    letter.attempt,
    letter.state,
    letter.arrivedAt ?? '?',
    shortened(printable(letter.message).replaceAll(/\s+/g, ' ')),
  ]);
  const table = output.table(['id', 'reason', 'attempt', 'state', 'arrived', 'message'], rows);
  const total = reasons.reduce((sum, { waiting, replayed }) => sum + waiting + replayed, 0);
  const rest =
    total > letters.length
      ? [`the newest ${letters.length} of ${readableCount(total)}; --limit shows more`]
      : [];
  const odd = strangers > 0 ? [yellow(`${strangers} records of the topic are no dead letters of ours`)] : [];
  return [title, counts, ...(letters.length === 0 ? [] : [table]), ...rest, ...odd].join('\n');
}

const shortened = (text: string) =>
  text.length <= SHOWN_MESSAGE ? text : `${text.slice(0, SHOWN_MESSAGE - 1)}…`;
