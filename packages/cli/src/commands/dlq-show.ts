import { ForebayError } from '@forebay/contract';
import { type EventRecord, originalHeaders, type RecordHeaders } from '@forebay/event-log';
import { chooseProject, findSource, publishedRegistry } from '../applied-registry';
import type { CommandContext } from '../context';
import { deadLettersOf, readLetters } from '../dlq/dead-letters-of';
import { HIDDEN, isSecretName, printable, type ShownBytes, showBytes } from '../dlq/shown-bytes';
import { EXIT, type ExitCode } from '../exit-codes';
import type { Output } from '../output';
import { readableBytes } from '../readable';
import { letterData } from './dlq-list';

export interface DlqShowOptions {
  readonly project?: string;
  readonly source: string;
  readonly hex?: boolean;
  readonly full?: boolean;
  readonly reveal?: boolean;
}

/** Of a value, without --full. */
const SHOWN_BYTES = 4_096;

export async function dlqShowCommand(
  { servers, output }: CommandContext,
  id: string,
  options: DlqShowOptions,
): Promise<ExitCode> {
  const project = chooseProject(await publishedRegistry(servers), options.project);
  const source = findSource(project, options.source);
  const { topic, entries, isReplayed } = await deadLettersOf(servers, source, { ids: [id] });
  const entry = entries.at(-1);
  if (entry === undefined) {
    throw new ForebayError(
      'not_found',
      `no dead letter ${id} of source "${source.name}" in topic "${topic}": forebay dlq list shows their ids`,
    );
  }
  let record: EventRecord | null = null;
  await readLetters(await servers.eventLog(), topic, [entry], (_, placed) => {
    record = placed.record;
  });
  if (record === null)
    throw new ForebayError('not_found', `dead letter ${id} was deleted from topic "${topic}" a moment ago`);
  const shown = shownRecord(record, options);
  const data = { source: source.name, topic, ...letterData(entry, isReplayed(entry)), ...shown };
  output.result(data, textOf(data, output));
  return EXIT.ok;
}

interface ShownRecord {
  readonly key: ShownBytes;
  readonly headers: readonly { readonly name: string; readonly value: ShownBytes }[];
  readonly value: ShownBytes;
}

function shownRecord({ key, value, headers }: EventRecord, options: DlqShowOptions): ShownRecord {
  const { hex = false, reveal = false } = options;
  const show = { hex, reveal, maxBytes: options.full ? Number.POSITIVE_INFINITY : SHOWN_BYTES };
  return {
    key: showBytes(key, show),
    headers: shownHeaders(originalHeaders(headers), show),
    value: showBytes(value, show),
  };
}

function shownHeaders(headers: RecordHeaders, show: Parameters<typeof showBytes>[1]): ShownRecord['headers'] {
  return Object.entries(headers).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).flatMap((value) => {
      if (value === undefined) return [];
      if (show.reveal || !isSecretName(name)) return [{ name, value: showBytes(value, show) }];
      return [{ name, value: { ...showBytes(HIDDEN, show), sizeBytes: value.length, hidden: [name] } }];
    }),
  );
}

type Shown = { readonly source: string; readonly topic: string } & ReturnType<typeof letterData> &
  ShownRecord;

function textOf(shown: Shown, output: Output): string {
  const { bold } = output.colors;
  const { original, letter } = shown;
  const facts: readonly (readonly [string, string])[] = [
    ['reason', shown.reason],
    ['message', shown.message],
    ['source', shown.source],
    ['original', `topic ${original.topic}, partition ${original.partition}, offset ${original.offset}`],
    ['arrived', shown.arrivedAt ?? '?'],
    ['given up', `${shown.givenUpAt ?? '?'} by ${shown.service}, attempt ${shown.attempt}`],
    ['state', shown.state],
    ['letter', `topic ${shown.topic}, partition ${letter.partition}, offset ${letter.offset}`],
    ['key', bytesText(shown.key)],
  ];
  const lines = facts.map(([name, text]) => `${bold(name.padEnd(9))} ${printable(text)}`);
  const headers = shown.headers.map(
    ({ name, value }) => `  ${printable(name)}: ${printable(bytesText(value))}`,
  );
  const hidden = [...shown.headers.map(({ value }) => value), shown.value].flatMap((bytes) => bytes.hidden);
  const remark =
    hidden.length === 0 ? [] : [`hidden: ${hidden.map(printable).join(', ')} (--reveal shows them)`];
  const value = `${bold('value')} (${shown.value.encoding}, ${readableBytes(shown.value.sizeBytes)}${shown.value.isCut ? ', cut: --full shows all' : ''})`;
  return [
    ...lines,
    bold(headers.length === 0 ? 'headers   none' : 'headers'),
    ...headers,
    value,
    printable(shown.value.text),
    ...remark,
  ].join('\n');
}

function bytesText({ encoding, text, isCut }: ShownBytes): string {
  if (encoding === 'none') return 'none';
  return `${encoding === 'hex' ? '0x' : ''}${text}${isCut ? '…' : ''}`;
}
