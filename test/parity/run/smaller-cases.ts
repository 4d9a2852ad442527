/** Cases that are a little smaller than one: fewer events, features, reads and rows, plainer definitions, clocks and values. */
import { type AggregationFeature, recordFields } from '@forebay/definitions';
import { type PairedInputs, pairedHistory, type WorldEvent } from '@forebay/testkit';
import type { LookedUp } from '../enriched/looked-up';
import type { ParityCase } from '../support/parity-case';
import type { TableCase } from '../tables/table-case';

/** The boldest first. Each is what could have been generated, as nothing is added. */
export function* smallerCases(each: ParityCase): Generator<ParityCase> {
  const { view, history, readsMs, rows, world } = each;
  if (each.inputs === undefined) for (const some of withoutPieces(history)) yield { ...each, history: some };
  else yield* smallerInputs(each, each.inputs);
  for (const features of withoutPieces(view.features))
    if (features.length > 0) yield { ...each, view: { ...view, features } };
  // the first read is that of the world
  for (const later of withoutPieces(readsMs.slice(1)))
    yield { ...each, readsMs: [readsMs[0] as number, ...later] };
  for (const timestampsMs of withoutPieces(rows.timestampsMs))
    yield { ...each, rows: { ...rows, timestampsMs } };
  if (each.lookedUp !== undefined) yield* smallerLookedUp(each, each.lookedUp);
  if (rows.knownAsOfMs !== null) yield { ...each, rows: { ...rows, knownAsOfMs: null } };
  if (view.filter !== null) yield { ...each, view: { ...view, filter: null } };
  for (const features of plainerFeatures(view.features)) yield { ...each, view: { ...view, features } };
  if (world.writerAheadMs !== 0) yield { ...each, world: { ...world, writerAheadMs: 0 } };
  if (each.writerSeed !== 0) yield { ...each, writerSeed: 0 };
  if (each.inputs !== undefined) return;
  for (const plainer of plainerRows(each)) yield { ...each, history: plainer };
}

function* smallerInputs(each: ParityCase, [lefts, rights]: PairedInputs): Generator<ParityCase> {
  const { source } = each;
  const withInputs = (inputs: PairedInputs) => ({ ...each, inputs, history: pairedHistory(source, inputs) });
  for (const some of withoutPieces(lefts))
    yield withInputs(source.pairing?.kind === 'sequence' ? [some, some] : [some, rights]);
  if (source.pairing?.kind === 'join')
    for (const some of withoutPieces(rights)) yield withInputs([lefts, some]);
}

function* smallerLookedUp(each: ParityCase, lookedUp: LookedUp): Generator<ParityCase> {
  const { histories } = lookedUp;
  for (const [key, history] of Object.entries(histories))
    for (const some of withoutPieces(history))
      yield { ...each, lookedUp: { ...lookedUp, histories: { ...histories, [key]: some } } };
}

/** Halves, quarters, … single items left out. */
export function* withoutPieces<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < items.length; from += size)
      yield [...items.slice(0, from), ...items.slice(from + size)];
  }
}

function* plainerFeatures(features: readonly AggregationFeature[]): Generator<readonly AggregationFeature[]> {
  for (const [i, feature] of features.entries())
    if (feature.filter !== null) yield features.with(i, { ...feature, filter: null });
}

/** Fields set to null that are neither the event's time nor its entity nor its id. */
function* plainerRows({ history, source }: ParityCase): Generator<readonly WorldEvent[]> {
  const fixed = new Set([source.eventTime, 'who', source.eventId]);
  for (const [index, { name }] of recordFields(source).entries()) {
    if (fixed.has(name)) continue;
    const without = (each: WorldEvent): WorldEvent => ({
      ...each,
      event: { ...each.event, row: each.event.row.with(index, null) },
    });
    if (history.every(({ event }) => event.row[index] === null)) continue;
    yield history.map(without);
    for (const [i, each] of history.entries())
      if (each.event.row[index] !== null) yield history.with(i, without(each));
  }
}

export function* smallerTableCases(each: TableCase): Generator<TableCase> {
  const { rows, labels, readsMs, view } = each;
  for (const some of withoutPieces(rows)) yield { ...each, rows: some };
  for (const some of withoutPieces(readsMs)) yield { ...each, readsMs: some };
  for (const timestampsMs of withoutPieces(labels.timestampsMs))
    yield { ...each, labels: { ...labels, timestampsMs } };
  if (labels.knownAsOfMs !== null) yield { ...each, labels: { ...labels, knownAsOfMs: null } };
  for (let i = 0; i < view.features.length && view.features.length > 1; i++)
    yield {
      ...each,
      view: { ...view, features: view.features.toSpliced(i, 1) },
      rows: rows.map((row) => ({ ...row, values: row.values.toSpliced(i, 1) })),
    };
}
