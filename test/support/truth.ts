/** All events of a source as they were sent, and what every served value must be. */

import type { OnlineFeatures } from '@forebay/client';
import type { AggregationView, EventSource, Project } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { agrees, type OracleEvent, type OracleValue, oracleFeatures } from '@forebay/testkit';

export type Fields = Readonly<Record<string, string | number | boolean | null>>;

/** A value that is not what it must be. */
export interface Wrong {
  readonly entity: string;
  readonly feature: string;
  readonly status: string;
  readonly served: unknown;
  readonly expected: OracleValue;
}

/** What was said of one entity, by whomever. */
export interface AnsweredEntity {
  readonly asOfMs: number;
  readonly features: readonly { readonly name: string; readonly value: unknown; readonly status: string }[];
}

const KAFKA_LOG = 8_192n;

export class Truth {
  readonly #events: OracleEvent[] = [];

  constructor(private readonly source: EventSource) {}

  get size(): number {
    return this.#events.length;
  }

  /** An event that is at the position of the topic. */
  sent(fields: Fields, partition: number, offset: number): void {
    this.add(fields, ((KAFKA_LOG + BigInt(partition)) << 50n) | BigInt(offset));
  }

  loaded(fields: Fields, load: number, row: number): void {
    this.add(fields, (BigInt(load) << 50n) | BigInt(row));
  }

  /** @param tie orders events of one time */
  add(fields: Fields, tie: bigint): void {
    const row = this.source.fields.map(({ name, type }) => fieldValue(fields[name] ?? null, type));
    const eventTimeMs = fields[this.source.eventTime] as number;
    this.#events.push({ row, eventTimeMs, tie });
  }

  /** The distinct keys of a view's entity, as objects of join keys. */
  keys(project: Project, view: AggregationView): Record<string, Value>[] {
    const names = joinKeys(project, view);
    const found = new Map<string, Record<string, Value>>();
    for (const event of this.#events) {
      const values = this.#keyOf(view, event);
      if (values.includes(null)) continue;
      found.set(
        JSON.stringify(values, bigintsAsText),
        Object.fromEntries(names.map((name, i) => [name, values[i] as Value])),
      );
    }
    return [...found.values()];
  }

  /** Every value of a response that is not the one that all events before its instant give. */
  wrong(view: AggregationView, keys: readonly Record<string, Value>[], answer: OnlineFeatures): Wrong[] {
    const answers = keys.map((key, row) => ({
      key,
      asOfMs: answer.asOfMs,
      features: answer.columns.map(({ name }, i) => ({
        name,
        value: answer.value(row, i),
        status: answer.status(row, i),
      })),
    }));
    return this.wrongAnswers(view, answers);
  }

  /** The same of entities that were answered for one by one. */
  wrongAnswers(
    view: AggregationView,
    answers: readonly (AnsweredEntity & { readonly key: Record<string, Value> })[],
  ): Wrong[] {
    const byKey = new Map<string, OracleEvent[]>();
    for (const event of this.#events) {
      const key = JSON.stringify(this.#keyOf(view, event), bigintsAsText);
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, [event]);
      else known.push(event);
    }
    return answers.flatMap(({ key, ...answer }) => {
      const name = JSON.stringify(Object.values(key), bigintsAsText);
      return this.#wrongOfEntity(view, name, byKey.get(name) ?? [], answer);
    });
  }

  #wrongOfEntity(
    view: AggregationView,
    entity: string,
    events: readonly OracleEvent[],
    answer: AnsweredEntity,
  ): Wrong[] {
    const { results, found } = oracleFeatures(view, this.source, events, answer.asOfMs);
    return answer.features.flatMap(({ name, value, status }): Wrong[] => {
      const at = view.features.findIndex((feature) => feature.name === name);
      const oracle = results[at] as (typeof results)[number];
      const served = plain(value);
      const right = !found ? 'NOT_FOUND' : oracle.value === null ? 'NULL_VALUE' : 'PRESENT';
      const equal = agrees(oracle, served);
      if (equal && status === (oracle.degraded === null ? right : 'DEGRADED')) return [];
      return [{ entity, feature: name, status, served, expected: oracle.value }];
    });
  }

  #keyOf(view: AggregationView, event: OracleEvent): Value[] {
    return view.keyFields.map(
      (name) => event.row[this.source.fields.findIndex((field) => field.name === name)] as Value,
    );
  }
}

function joinKeys(project: Project, view: AggregationView): string[] {
  return (project.entities.find(({ name }) => name === view.entity)?.joinKeys ?? []).map(({ name }) => name);
}

function fieldValue(given: string | number | boolean | null, type: string): Value {
  if (type !== 'int64' || typeof given !== 'string') return given;
  const integer = BigInt(given);
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
}

function plain(value: unknown): OracleValue {
  if (typeof value === 'boolean') return Number(value);
  // the client's integers beyond 2^53 in maps are sums, which are doubles
  if (value instanceof Map)
    return new Map([...value].map(([key, x]) => [key, typeof x === 'bigint' ? Number(x) : x]));
  return value as OracleValue;
}

function bigintsAsText(_: string, value: unknown): unknown {
  if (value instanceof Map) return [...value];
  return typeof value === 'bigint' ? `${value}n` : value;
}

/** The first few, readable. */
export function describeWrong(wrong: readonly Wrong[]): string {
  const lines = wrong.slice(0, 8).map((one) => JSON.stringify(one, bigintsAsText));
  return [`${wrong.length} wrong values`, ...lines].join('\n');
}
