import { ForebayError } from '@forebay/contract';
import { type EventSource, topicsOf } from '@forebay/definitions';
import { type NewRecord, type RecordProducer, replayRecord } from '@forebay/event-log';
import { chooseProject, findSource, publishedRegistry } from '../applied-registry';
import type { CommandContext } from '../context';
import { countReasons, type DeadLetterEntry } from '../dlq/dead-letter-index';
import { deadLettersOf, readLetters } from '../dlq/dead-letters-of';
import { chooseReplays, type ReplayChoice } from '../dlq/replay-choice';
import { EXIT, type ExitCode } from '../exit-codes';
import { readableCount } from '../readable';
import { choiceOf } from './dlq-list';

export interface DlqReplayOptions {
  readonly project?: string;
  readonly source: string;
  readonly reason?: readonly string[];
  readonly id?: readonly string[];
  readonly since?: number;
  readonly until?: number;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly maxAttempts: number;
}

/** Letters that are read before they are sent together. */
const BATCH_RECORDS = 500;
const BATCH_BYTES = 800_000;

export async function dlqReplayCommand(
  context: CommandContext,
  options: DlqReplayOptions,
): Promise<ExitCode> {
  requireChoice(options);
  const { servers, output } = context;
  const project = chooseProject(await publishedRegistry(servers), options.project);
  const source = findSource(project, options.source);
  const ids = options.id === undefined ? {} : { ids: options.id };
  const letters = await deadLettersOf(servers, source, { ...choiceOf(options), ...ids });
  const choice = chooseReplays(letters.entries, letters.isReplayed, options.maxAttempts);
  const isDryRun = options.dryRun ?? false;
  const sent = isDryRun ? 0 : await send(context, source, letters.topic, choice.chosen);
  const interrupted = !isDryRun && sent < choice.chosen.length;
  const { replayed, exhausted } = choice;
  output.result(
    {
      source: source.name,
      topic: source.topic,
      dryRun: isDryRun,
      chosen: choice.chosen.length,
      reasons: countReasons(choice.chosen, () => false).map(({ reason, waiting }) => ({
        reason,
        letters: waiting,
      })),
      sent,
      alreadyReplayed: replayed,
      exhausted,
      interrupted,
    },
    textOf(source, choice, sent, options),
  );
  return interrupted ? EXIT.failure : EXIT.ok;
}

/** A replay of everything has to be asked for. */
function requireChoice({ reason, id, since, until, all = false }: DlqReplayOptions): void {
  const isChosen = [reason, id, since, until].some((given) => given !== undefined);
  if (all !== isChosen) return;
  const mistake = all ? '--all goes with no other choice' : 'nothing is chosen';
  throw new ForebayError(
    'invalid_request',
    `${mistake}: say which dead letters, with --reason, --id, --since, --until, or --all`,
  );
}

/** Resolves to how many were sent: fewer than were chosen when the command was interrupted, or Kafka has deleted letters since. */
async function send(
  { servers, output, interruption }: CommandContext,
  source: EventSource,
  deadLetters: string,
  chosen: readonly DeadLetterEntry[],
): Promise<number> {
  if (chosen.length === 0) return 0;
  const log = await servers.eventLog();
  const topics = new Map<string, { readonly topic: string; readonly partitions: number }>();
  for (const topic of topicsOf(source)) {
    const partitions = await log.admin.partitionCount(topic);
    if (partitions === null) {
      const place = `topic "${topic}" of source "${source.name}"`;
      throw new ForebayError('not_found', `${place} does not exist: run "forebay apply" again`);
    }
    topics.set(topic, { topic, partitions });
  }
  // what came from a topic that is none of the source's any more goes to its first
  const first = topics.get(source.topic) as { topic: string; partitions: number };
  const signal = interruption();
  const progress = output.progress('replaying');
  const producer = await log.producer();
  const batch = new Batch(producer, (sent) => progress.update(sent, chosen.length));
  try {
    await readLetters(
      log,
      deadLetters,
      chosen,
      ({ origin }, { record }) => batch.add(replayRecord(record, origin, topics.get(origin.topic) ?? first)),
      signal,
    );
    await batch.send();
  } finally {
    progress.stop();
    await producer.close();
  }
  return batch.sent;
}

class Batch {
  sent = 0;
  #records: NewRecord[] = [];
  #bytes = 0;

  constructor(
    private readonly producer: RecordProducer,
    private readonly onSent: (sent: number) => void,
  ) {}

  async add(record: NewRecord): Promise<void> {
    this.#records.push(record);
    this.#bytes += record.value?.length ?? 0;
    if (this.#records.length >= BATCH_RECORDS || this.#bytes >= BATCH_BYTES) await this.send();
  }

  async send(): Promise<void> {
    const records = this.#records;
    this.#records = [];
    this.#bytes = 0;
    await this.producer.send(records);
    this.sent += records.length;
    this.onSent(this.sent);
  }
}

function textOf(
  source: EventSource,
  { chosen, replayed, exhausted }: ReplayChoice,
  sent: number,
  { dryRun = false, maxAttempts }: DlqReplayOptions,
): string {
  const lines: string[] = [];
  if (dryRun) {
    const reasons = countReasons(chosen, () => false).map(
      ({ reason, waiting }) => `${reason} ${readableCount(waiting)}`,
    );
    const which = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
    lines.push(
      `${readableCount(chosen.length)} dead letters would go to topic "${source.topic}"${which}; nothing was sent`,
    );
  } else {
    lines.push(`${readableCount(sent)} dead letters sent to topic "${source.topic}" again`);
    if (sent < chosen.length)
      lines.push(
        `${readableCount(chosen.length - sent)} were not: the same command goes on where this one ended`,
      );
  }
  if (replayed > 0) lines.push(`${readableCount(replayed)} had been replayed before, and count`);
  if (exhausted > 0)
    lines.push(
      `${readableCount(exhausted)} have failed ${maxAttempts} times and more, and were left: --max-attempts takes them too`,
    );
  return lines.join('\n');
}
