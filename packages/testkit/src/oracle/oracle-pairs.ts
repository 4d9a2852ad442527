/** The events of joined and sequence sources, by looking at every event beside every other. */
import type { EventSource, Pairing } from '@forebay/definitions';
import { type Column, compileExpression, type Value } from '@forebay/expressions';

/** An event of an input, and when it became known. */
export interface KnownEvent {
  readonly row: readonly Value[];
  readonly eventTimeMs: number;
  readonly knownAtMs: number;
}

/** A pair, or the second event of a sequence; `row` has the fields of the joined or sequence source. */
export interface OraclePair<E extends KnownEvent> extends KnownEvent {
  readonly parts: readonly [E, E];
}

/**
 * One for every two records that make a pair or a sequence (docs/JOINS.md). Those of one event id are copies of one event, as are the
 * sequences of one second event: it counts once, from when the first of them is known.
 *
 * @param inputs the events of the left and of the right source; of a sequence twice the same
 */
export function oraclePairs<E extends KnownEvent>(
  pairing: Pairing,
  [lefts, rights]: readonly [readonly E[], readonly E[]],
): OraclePair<E>[] {
  return pairing.kind === 'join' ? joined(pairing, lefts, rights) : sequences(pairing, rights);
}

function joined<E extends KnownEvent>(
  { definition, left, right }: Extract<Pairing, { kind: 'join' }>,
  lefts: readonly E[],
  rights: readonly E[],
): OraclePair<E>[] {
  const { on, withinMs, fields } = definition;
  const pairs: OraclePair<E>[] = [];
  for (const l of lefts) {
    for (const r of rights) {
      const lateMs = r.eventTimeMs - l.eventTimeMs;
      const isEqual = on.every((pair) => equal(fieldOf(left, l, pair.left), fieldOf(right, r, pair.right)));
      const ids = [fieldOf(left, l, left.eventId), fieldOf(right, r, right.eventId)];
      if (!isEqual || ids.includes(null) || lateMs < 0 || lateMs >= withinMs) continue;
      const taken = fields.map(({ side, field }) =>
        side === 'left' ? fieldOf(left, l, field) : fieldOf(right, r, field),
      );
      const bytes = Buffer.byteLength(String(ids[0]));
      const id = `${ids[0]}/${ids[1]}/${l.eventTimeMs}/${bytes}`;
      pairs.push({
        row: [...taken, r.eventTimeMs, id],
        eventTimeMs: r.eventTimeMs,
        knownAtMs: Math.max(l.knownAtMs, r.knownAtMs),
        parts: [l, r],
      });
    }
  }
  return pairs;
}

function sequences<E extends KnownEvent>(
  { definition, source }: Extract<Pairing, { kind: 'sequence' }>,
  events: readonly E[],
): OraclePair<E>[] {
  const { by, withinMs } = definition;
  const columns: Column[] = source.fields.map(({ name, type }) => ({
    name,
    type: type === 'int32' || type === 'int64' ? 'int' : type,
  }));
  const having = (condition: string) => {
    const expression = compileExpression(condition, columns, 'oracle');
    return events.filter(
      (event) =>
        expression.evaluate(event.row.map(plain)) === true && fieldOf(source, event, source.eventId) !== null,
    );
  };
  const firsts = having(definition.first);
  return having(definition.second).flatMap((second) => {
    const before = firsts.filter((first) => {
      const lateMs = second.eventTimeMs - first.eventTimeMs;
      const isEqual = by.every((name) => equal(fieldOf(source, first, name), fieldOf(source, second, name)));
      return isEqual && lateMs > 0 && lateMs <= withinMs;
    });
    return before.map((first) => ({
      row: second.row,
      eventTimeMs: second.eventTimeMs,
      knownAtMs: Math.max(first.knownAtMs, second.knownAtMs),
      parts: [first, second] as const,
    }));
  });
}

function fieldOf({ fields }: EventSource, { row }: KnownEvent, wanted: string | null): Value {
  return row[fields.findIndex(({ name }) => name === wanted)] ?? null;
}

/** A null equals nothing; whole numbers may be of two types. */
function equal(a: Value, b: Value): boolean {
  return a !== null && b !== null && String(a) === String(b);
}

/** NaN and infinities are null. */
function plain(value: Value): Value {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}
