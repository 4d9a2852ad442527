/** Which events a feature takes, by evaluating every expression on every event. */
import type { AggregationFeature, AggregationView, EventSource, Window } from '@forebay/definitions';
import { type Column, type CompiledExpression, compileExpression, type Value } from '@forebay/expressions';

/** An event as the world knows it: the source's fields, and the position that orders it among equal times. */
export interface OracleEvent {
  readonly row: readonly Value[];
  readonly eventTimeMs: number;
  /** The tie of docs/CODEC.md as an unsigned 64-bit integer. */
  readonly tie: bigint;
}

/** An event that a feature takes. */
export interface TakenEvent {
  readonly timeMs: number;
  readonly tie: bigint;
  /** Of the input; true where the operation takes whole rows. Never null. */
  readonly value: Value;
  /** The category; null where the operation has none. */
  readonly by: Value;
}

/** `[from, to)` of event time. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** floorTo, written out. */
export function floorOf(instantMs: number, hopMs: number): number {
  const rest = instantMs % hopMs;
  return instantMs - (rest < 0 ? rest + hopMs : rest);
}

/** The event times that a window covers at instant t. */
export function windowSpan(window: Window, tMs: number): Span {
  switch (window.kind) {
    case 'lifetime':
      return { fromMs: Number.NEGATIVE_INFINITY, toMs: tMs };
    case 'tumbling': {
      const toMs = window.originMs + floorOf(tMs - window.originMs, window.lengthMs);
      return { fromMs: toMs - window.lengthMs, toMs };
    }
    case 'sliding':
    case 'session':
      return { fromMs: floorOf(tMs - window.lengthMs, window.hopMs), toMs: tMs };
  }
}

const EXPRESSION_TYPES = {
  int32: 'int',
  int64: 'int',
  double: 'double',
  bool: 'bool',
  string: 'string',
  timestamp: 'timestamp',
} as const;

const compiled = new Map<string, CompiledExpression>();

/** Parsing costs more than all the rest of a small case. */
function compile(text: string, columns: readonly Column[]): CompiledExpression {
  const key = `${text}\0${columns.map(({ name, type }) => `${name} ${type}`).join()}`;
  const held = compiled.get(key) ?? compileExpression(text, columns.slice(), 'oracle');
  compiled.set(key, held);
  return held;
}

/** NaN and infinities are null, and −0.0 is 0.0. */
function finite(value: Value): Value {
  if (typeof value !== 'number') return value;
  return Number.isFinite(value) ? value + 0 : null;
}

/** The events that pass the view's filter, with the source's fields and the derived columns. */
export class PassingEvents {
  readonly #columns: Column[];
  readonly #passing: { readonly event: OracleEvent; readonly row: readonly Value[] }[] = [];

  constructor(view: AggregationView, source: EventSource, events: readonly OracleEvent[]) {
    this.#columns = source.fields.map(({ name, type }) => ({ name, type: EXPRESSION_TYPES[type] }));
    const rows = events.map((event) => event.row.map(finite));
    for (const { name, expression: text } of view.derived) {
      const expression = compile(text, this.#columns);
      for (const row of rows) row.push(finite(expression.evaluate(row)));
      this.#columns.push({ name, type: expression.type });
    }
    const filter = view.filter === null ? null : compile(view.filter, this.#columns);
    const ids = new Set<string>();
    for (const [i, event] of events.entries()) {
      const row = rows[i] as Value[];
      if (filter !== null && filter.evaluate(row) !== true) continue;
      const id = `${event.eventTimeMs} ${event.tie}`;
      if (source.dedupeMs !== null && ids.has(id)) continue;
      ids.add(id);
      this.#passing.push({ event, row });
    }
  }

  someIn({ fromMs, toMs }: Span): boolean {
    return this.#passing.some(({ event }) => event.eventTimeMs >= fromMs && event.eventTimeMs < toMs);
  }

  /** In the order of (event time, tie, value). */
  takenBy(feature: AggregationFeature, { fromMs, toMs }: Span): TakenEvent[] {
    const optional = (text: string | null) => (text === null ? null : compile(text, this.#columns));
    const [filter, input, by] = [feature.filter, feature.input, feature.by].map(optional);
    const taken: TakenEvent[] = [];
    for (const { event, row } of this.#passing) {
      if (event.eventTimeMs < fromMs || event.eventTimeMs >= toMs) continue;
      if (filter && filter.evaluate(row) !== true) continue;
      const value = input ? finite(input.evaluate(row)) : true;
      const category = by ? finite(by.evaluate(row)) : null;
      if (value === null || (by && category === null)) continue;
      taken.push({ timeMs: event.eventTimeMs, tie: event.tie, value, by: category });
    }
    return taken.sort(inOrder);
  }
}

function inOrder(a: TakenEvent, b: TakenEvent): number {
  if (a.timeMs !== b.timeMs) return a.timeMs - b.timeMs;
  if (a.tie !== b.tie) return a.tie < b.tie ? -1 : 1;
  return compareValues(a.value, b.value);
}

/** Numbers and booleans by size, strings by their UTF-8 bytes. */
export function compareValues(a: Value, b: Value): number {
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return a === b ? 0 : (a as number) < (b as number) ? -1 : 1;
}
