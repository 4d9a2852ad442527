/** An explanation as a page for a terminal. */
import type {
  ExplainedClocks,
  ExplainedExpression,
  ExplainedFeature,
  ExplainedTable,
  FeatureExplanation,
  StoredKey,
} from '@forebay/client';
import type { Output } from '../output';
import { readableBytes, readableDuration } from '../readable';
import { agoText, instantText, valueText } from './explained-value-text';
import { segmentsText } from './segments-text';

/** @param most segments that are shown of each feature */
export function explanationText(explained: ExplainedFeature, output: Output, most: number): string {
  const { explanation, asOfMs, serverClockMs, registryVersion, keys, truncated } = explained;
  const ahead =
    asOfMs === serverClockMs
      ? ''
      : `, ${readableDuration(asOfMs - serverClockMs)} ahead of the server's clock: the newest clock in the values`;
  const { bold, dim } = output.colors;
  return [
    ...featureLines(explanation, asOfMs, output, most),
    '',
    bold('keys'),
    keysTable(keys, output),
    ...keys.flatMap(({ key, unreadable }) =>
      unreadable === null ? [] : [output.colors.red(`${key} cannot be read: ${unreadable}`)],
    ),
    dim(`as of ${instantText(asOfMs)}${ahead}; all times are UTC; registry version ${registryVersion}`),
    ...truncated.map((what) => output.colors.yellow(`left out: ${what}`)),
  ].join('\n');
}

function featureLines(
  explanation: FeatureExplanation,
  asOfMs: number,
  output: Output,
  most: number,
): string[] {
  const { view, version, feature, entity, clocks, segments, table, expression } = explanation;
  const title = output.colors.bold(`${view}@${version}:${feature}`);
  return [
    entity === '' ? title : `${title}  ${entity}`,
    ...valueLines(explanation, output),
    ...(segments === null ? [] : segmentsText(explanation, segments, output, most)),
    ...(table === null ? [] : tableLines(table, asOfMs, output)),
    ...(segments === null ? [] : storedLines(segments, asOfMs)),
    ...(clocks === null
      ? []
      : clockLines(clocks, asOfMs, segments?.stream != null || clocks.partitions.length > 0)),
    ...definitionLines(explanation, output),
    ...(expression === null ? [] : expressionLines(expression, asOfMs, output, most)),
  ];
}

function valueLines({ value, type, status, degraded }: FeatureExplanation, { colors }: Output): string[] {
  const shown = status === 'DEGRADED' ? colors.yellow(status) : status;
  return [
    `value      ${colors.bold(valueText(value))} (${type}), ${shown}`,
    ...(degraded === null
      ? []
      : [`because    ${degraded.reason}: ${degraded.text}`, `do         ${degraded.remedy}`]),
  ];
}

function tableLines({ tickMs, why, rows }: ExplainedTable, asOfMs: number, output: Output): string[] {
  const lines = rows.map(({ taken, value, eventTimeMs, knownAtMs, firstTickMs, why: reason }) => [
    taken ? '→' : '',
    valueText(value),
    instantText(eventTimeMs),
    instantText(knownAtMs),
    instantText(firstTickMs),
    reason,
  ]);
  const head = ['', 'value', 'event time', 'known at', 'seen from tick', 'why'];
  return [
    `tick       ${instantText(tickMs)}, ${agoText(tickMs, asOfMs)}: ${why}`,
    ...(rows.length === 0 ? [] : ['', output.table(head, lines)]),
  ];
}

function storedLines(
  { stream, batch }: NonNullable<FeatureExplanation['segments']>,
  asOfMs: number,
): string[] {
  const fences = stream?.fences.map(
    ({ source, partition, epoch, offset }) =>
      `${source}/${partition} up to offset ${offset}${epoch === 0 ? '' : ` (epoch ${epoch})`}`,
  );
  return [
    '',
    stream === null
      ? 'stream     nothing is stored for the entity'
      : `stream     ${stream.rows} rows, last written ${agoText(stream.wMs, asOfMs)} (token ${stream.writeToken})`,
    ...(fences === undefined || fences.length === 0 ? [] : [`fences     ${fences.join(', ')}`]),
    batch === null
      ? 'batch      nothing is stored for the entity'
      : `batch      ${batch.rows} rows up to ${instantText(batch.cutMs)}, by a run that read the clock ${instantText(batch.runClockMs)}, good until ${instantText(batch.goodUntilMs)}`,
  ];
}

function clockLines(clocks: ExplainedClocks, asOfMs: number, streams: boolean): string[] {
  const { freshnessMs, newestEventMs, cutMs, runClockMs, coverageBeginMs, goodUntilMs, completeSinceMs } =
    clocks;
  const since = (instantMs: number) =>
    Number.isFinite(instantMs) ? instantText(instantMs) : 'the beginning';
  return [
    ...(streams
      ? [
          `fresh      ${freshnessMs === null ? 'not known' : `all that had arrived ${readableDuration(freshnessMs)} ago is in it`}`,
          `complete   ${completeSinceMs === null ? 'not known: there is no marker of the stream' : `the stream holds every event from ${since(completeSinceMs)} on`}`,
        ]
      : []),
    ...(newestEventMs === null
      ? []
      : [`newest     event up to ${instantText(newestEventMs)}, ${agoText(newestEventMs, asOfMs)}`]),
    cutMs === null || runClockMs === null
      ? 'last run   none has finished'
      : `last run   up to ${instantText(cutMs)}, read the clock ${instantText(runClockMs)}, history from ${coverageBeginMs === null ? 'not known' : since(coverageBeginMs)} on${goodUntilMs === null ? '' : `, good until ${instantText(goodUntilMs)}`}`,
    ...partitionLines(clocks, asOfMs),
  ];
}

function partitionLines({ partitions, epoch }: ExplainedClocks, asOfMs: number): string[] {
  if (partitions.length === 0) return [];
  const texts = partitions.map(({ partition, progressMs, nextOffset }) => {
    const offset = nextOffset === null ? 'no checkpoint' : `checkpoint ${nextOffset}`;
    return `${partition}: ${offset}, ${progressMs === null ? 'no progress' : agoText(progressMs, asOfMs)}`;
  });
  return [`partitions ${texts.join('; ')}${epoch === 0 ? '' : ` (epoch ${epoch})`}`];
}

function definitionLines({ definition, expression }: FeatureExplanation, output: Output): string[] {
  const [first, ...rest] = definition;
  const lines =
    expression === null || first === undefined
      ? definition
      : [first, { name: 'with values', text: expression.withValues }, ...rest];
  const width = Math.max(...lines.map(({ name }) => name.length));
  return [
    '',
    output.colors.bold('definition'),
    ...lines.map(({ name, text }) => `  ${name.padEnd(width)}  ${text}`),
  ];
}

function expressionLines(
  { inputs }: ExplainedExpression,
  asOfMs: number,
  output: Output,
  most: number,
): string[] {
  return inputs.flatMap((input) => {
    const where = input.reference === '' ? ` of the ${input.from}` : ` = ${input.reference}`;
    const head = `${output.colors.bold('input')} ${input.column}${where}: ${valueText(input.value)}`;
    const { explanation } = input;
    if (explanation === null) return ['', head];
    return ['', head, ...featureLines(explanation, asOfMs, output, most).map(indented)];
  });
}

const indented = (text: string) => text.replace(/^/gm, '  ');

function keysTable(keys: readonly StoredKey[], output: Output): string {
  const lines = keys.map(({ key, what, found, sizeBytes, unreadable }) => [
    key,
    !found ? '–' : readableBytes(sizeBytes),
    unreadable === null ? what : `${what}: unreadable`,
  ]);
  return output.table(['key', 'size', 'what'], lines);
}
