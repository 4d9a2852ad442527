import { ForebayError } from '@forebay/contract';
import { type OnlineFeaturesRequest, type RequestValue, selectionOf } from './features-request';
import type { OnlineFeatures } from './online-features';

/** Asks the server, within a time in ms. */
export type Ask = (request: OnlineFeaturesRequest, deadlineMs: number) => Promise<OnlineFeatures>;

interface Waiting {
  readonly request: OnlineFeaturesRequest;
  readonly rows: number;
  readonly resolve: (features: OnlineFeatures) => void;
  readonly reject: (error: unknown) => void;
}

/** Calls that can be answered by one. */
interface Group {
  readonly key: string;
  readonly deadlineMs: number;
  readonly startedMs: number;
  readonly calls: Waiting[];
  rows: number;
}

/**
 * Merges the calls of one turn of the event loop that ask for the same features with the same names of keys and request
 * fields: one request with the rows of all, whose answer is split again. A mistake in one of them is not the others': then each
 * is asked on its own.
 */
export class CallBatcher {
  readonly #groups = new Map<string, Group>();

  constructor(
    /** Rows of a merged call; one with more is a call of its own. */
    private readonly maxRows: number,
    private readonly ask: Ask,
    /** Monotonic, ms. */
    private readonly clock: () => number = () => performance.now(),
  ) {}

  call(request: OnlineFeaturesRequest, deadlineMs: number): Promise<OnlineFeatures> {
    const rows = rowsOf(request);
    if (rows === 0 || rows >= this.maxRows || !isMergeable(request, rows))
      return this.ask(request, deadlineMs);
    return new Promise((resolve, reject) => {
      const group = this.#groupFor(request, rows, deadlineMs);
      group.calls.push({ request, rows, resolve, reject });
      group.rows += rows;
    });
  }

  #groupFor(request: OnlineFeaturesRequest, rows: number, deadlineMs: number): Group {
    const key = keyOf(request, deadlineMs);
    const open = this.#groups.get(key);
    if (open !== undefined && open.rows + rows <= this.maxRows) return open;
    const group: Group = { key, deadlineMs, startedMs: this.clock(), calls: [], rows: 0 };
    this.#groups.set(key, group);
    // what is full goes when its turn ends, as the others do
    setImmediate(() => this.#send(group));
    return group;
  }

  #send(group: Group): void {
    if (this.#groups.get(group.key) === group) this.#groups.delete(group.key);
    const { calls, deadlineMs } = group;
    const [first] = calls as [Waiting];
    if (calls.length === 1) {
      this.ask(first.request, deadlineMs).then(first.resolve, first.reject);
      return;
    }
    this.ask(merged(calls), deadlineMs).then(
      (features) => split(calls, features),
      (error: unknown) => this.#fail(group, error),
    );
  }

  /** Whoever is asked for again has what is left of its time. */
  #fail({ calls, deadlineMs, startedMs }: Group, error: unknown): void {
    const leftMs = deadlineMs - (this.clock() - startedMs);
    const isOfOne = error instanceof ForebayError && error.reason === 'invalid_request';
    for (const { request, resolve, reject } of calls) {
      if (isOfOne && leftMs > 0) this.ask(request, leftMs).then(resolve, reject);
      else reject(error);
    }
  }
}

/**
 * What the answer says of all rows, and what names one answer, cannot be split; and lists that do not fit each other could
 * fit another call's.
 */
function isMergeable(asked: OnlineFeaturesRequest, rows: number): boolean {
  const { keys, request = {}, includeViewTimes, requestId = '' } = asked;
  if (includeViewTimes === true || requestId !== '') return false;
  const fit = (length: number) => length === rows;
  return (
    Object.values(keys).every(({ length }) => fit(length)) &&
    Object.values(request).every((values) => listOf(values).length === 1 || fit(listOf(values).length))
  );
}

function rowsOf({ keys, request = {} }: OnlineFeaturesRequest): number {
  const lengths = Object.values(keys).map((values) => values.length);
  if (lengths.length > 0) return Math.max(...lengths);
  return Math.max(1, ...Object.values(request).map((values) => listOf(values).length));
}

function keyOf(request: OnlineFeaturesRequest, deadlineMs: number): string {
  const names = [Object.keys(request.keys).sort(), Object.keys(request.request ?? {}).sort()];
  return JSON.stringify([selectionOf(request), request.variant ?? '', names, deadlineMs]);
}

function merged(calls: readonly Waiting[]): OnlineFeaturesRequest {
  const [{ request: first }] = calls as [Waiting];
  const keys = Object.keys(first.keys).map((name) => [
    name,
    calls.flatMap(({ request }) => request.keys[name] ?? []),
  ]);
  const data = Object.keys(first.request ?? {}).map((name) => [
    name,
    calls.flatMap(({ request, rows }) => ofEachRow(request.request?.[name] ?? null, rows)),
  ]);
  return { ...first, keys: Object.fromEntries(keys), request: Object.fromEntries(data) };
}

/** One value for all rows is one for each: another call may have another. */
function ofEachRow(given: RequestValue | readonly RequestValue[], rows: number): readonly RequestValue[] {
  const values = listOf(given);
  return values.length === 1 ? new Array<RequestValue>(rows).fill(values[0] as RequestValue) : values;
}

const listOf = (given: RequestValue | readonly RequestValue[]): readonly RequestValue[] =>
  Array.isArray(given) ? (given as readonly RequestValue[]) : [given as RequestValue];

function split(calls: readonly Waiting[], features: OnlineFeatures): void {
  let from = 0;
  for (const { rows, resolve } of calls) {
    resolve(features.rowsFrom(from, rows));
    from += rows;
  }
}
