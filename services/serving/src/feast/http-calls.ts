import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { ForebayError } from '@forebay/contract';
import {
  type BoundCounter,
  type BoundHistogram,
  type Instruments,
  inCallersTrace,
  inSpan,
  type Logger,
} from '@forebay/service-kit';
import type { CallGate } from '../security/call-gate';
import type { Caller } from '../security/caller';
import { HttpPeer } from '../security/peer';
import type { Admission } from '../server/admission';
import { errorBody, refusalOf } from './errors';
import type { FeastCall } from './feast-features';
import { PROJECT_HEADER, REQUEST_ID_HEADER } from './feast-project';
import type { FormMistake } from './form';
import type { Body } from './http-body';

/** As for gRPC, whose messages have this limit. */
export const MAX_BODY_BYTES = 4 * 1_024 * 1_024;
const USUAL_RETRY_MS = 1_000;
export const JSON_HEADERS = { 'content-type': 'application/json' };

/** What is answered at a path, by POST. */
export interface HttpRoute {
  /** Such as `/get-online-features`. */
  readonly path: string;
  /** `body` is UTF-8. What it throws becomes the answer. */
  readonly reply: (body: string, call: FeastCall) => Promise<HttpReply>;
}

export interface HttpCallsOptions {
  readonly route: HttpRoute;
  readonly instruments: Instruments;
  readonly logger: Logger;
  readonly load: Admission;
  readonly gate: CallGate;
  /** HTTP has no deadline of the caller's. */
  readonly deadlineMs: number;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** By Feast's own names. */
interface FeastSeries {
  readonly latency: BoundHistogram;
  readonly success: BoundCounter;
  readonly error: BoundCounter;
}

function feastSeries({ instruments, route: { path: endpoint } }: HttpCallsOptions): FeastSeries {
  const requests = instruments.counter('feast_feature_server_request_total');
  return {
    latency: instruments.histogram('feast_feature_server_request_latency_seconds').bind({ endpoint }),
    success: requests.bind({ endpoint, status: 'success' }),
    error: requests.bind({ endpoint, status: 'error' }),
  };
}

/** Calls of one route: load shedding, statuses, metrics, traces. */
export class HttpCalls {
  readonly #durations = new Map<string, BoundHistogram>();
  readonly #method: string;
  readonly #attributes: { readonly 'http.request.method': 'POST'; readonly 'http.route': string };
  readonly #feast: FeastSeries;
  #inFlight = 0;

  constructor(private readonly options: HttpCallsOptions) {
    this.#method = `POST ${options.route.path}`;
    this.#attributes = { 'http.request.method': 'POST', 'http.route': options.route.path };
    this.#feast = feastSeries(options);
    const gauge = options.instruments.gauge('forebay_requests_in_flight');
    gauge.observe(() => [[{ 'rpc.method': this.#method }, this.#inFlight]]);
  }

  /**
   * Answers a request. Its body is read for a caller who is known, and before the call is admitted: a slow body costs nothing.
   * Never rejects.
   * @param project what the path begins with
   */
  async answer(
    request: IncomingMessage,
    project: string | null,
    readBody: () => Promise<Body>,
  ): Promise<HttpReply> {
    const { gate, load, deadlineMs, instruments } = this.options;
    const peer = new HttpPeer(request);
    const { headers } = request;
    const beganMs = performance.now();
    let caller: Caller;
    try {
      caller = await gate.callerOfHttp(headers.authorization, peer);
    } catch (thrown) {
      return this.#failed(thrown, peer, null, performance.now() - beganMs);
    }
    const body = await readBody();
    const startedMs = performance.now();
    const refusal = load.admit(deadlineMs);
    if (refusal !== null) {
      instruments.counter('forebay_requests_shed_total').add({ 'rpc.method': this.#method });
      return this.#recorded(this.#refuse(refusal), refusal.reason, 0);
    }
    this.#inFlight++;
    const call = {
      caller,
      namedProject: project ?? textOf(headers, PROJECT_HEADER),
      requestId: textOf(headers, REQUEST_ID_HEADER) ?? '',
      timeoutMs: deadlineMs,
    };
    let thrown: unknown = null;
    let reply: HttpReply | null = null;
    try {
      const work = () => this.#reply(body, call);
      reply = await inCallersTrace(headers as Readonly<Record<string, string>>, () =>
        inSpan(this.#method, this.#attributes, work, { kind: 'server' }),
      );
    } catch (error) {
      thrown = error;
    }
    this.#inFlight--;
    const durationMs = performance.now() - startedMs;
    const isAnswered = reply?.status === 200;
    load.finished(
      durationMs,
      deadlineMs,
      isAnswered || (thrown !== null && ForebayError.from(thrown).reason === 'deadline_exceeded'),
    );
    if (reply === null) return this.#failed(thrown, peer, caller, durationMs);
    return this.#recorded(reply, isAnswered ? '' : 'invalid_request', durationMs);
  }

  #failed(thrown: unknown, peer: HttpPeer, caller: Caller | null, durationMs: number): HttpReply {
    const error = ForebayError.from(thrown);
    this.options.gate.noteFailure(this.#method, peer, caller, error);
    return this.#recorded(this.#refuse(error), error.reason, durationMs);
  }

  async #reply(body: Body, call: FeastCall): Promise<HttpReply> {
    if (body.kind === 'too large')
      return plain(413, `the body is larger than ${MAX_BODY_BYTES} bytes: send the rows in parts`);
    if (body.kind === 'broken off') return plain(400, 'the body was broken off');
    if (body.kind === 'not UTF-8')
      return unprocessable([{ type: 'json_invalid', loc: ['body'], msg: 'the body is not UTF-8' }]);
    return this.options.route.reply(body.text, call);
  }

  #refuse(error: ForebayError): HttpReply {
    const { status, feastClass } = refusalOf(error);
    if (status === 500) {
      this.options.logger.error(
        { err: error, method: this.#method },
        `${this.#method} failed: ${error.message}`,
      );
    }
    const seconds = Math.ceil((error.retryAfterMs ?? USUAL_RETRY_MS) / 1_000);
    const retry = error.retryable ? { 'retry-after': String(seconds) } : {};
    const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
    return {
      status,
      headers: { ...JSON_HEADERS, ...retry, ...challenge },
      body: errorBody(feastClass, error.message),
    };
  }

  #recorded(reply: HttpReply, reason: string, durationMs: number): HttpReply {
    const { status } = reply;
    const key = `${status} ${reason}`;
    let series = this.#durations.get(key);
    if (series === undefined) {
      series = this.options.instruments.histogram('http.server.request.duration').bind({
        'http.request.method': 'POST',
        'http.route': this.options.route.path,
        'http.response.status_code': String(status),
        'error.type': reason,
      });
      this.#durations.set(key, series);
    }
    series.record(durationMs / 1_000);
    this.#feast.latency.record(durationMs / 1_000);
    this.#feast[status < 400 ? 'success' : 'error'].add();
    return reply;
  }
}

const textOf = (headers: IncomingHttpHeaders, name: string): string | null => {
  const value = headers[name];
  return typeof value === 'string' ? value : null;
};

const plain = (status: number, message: string): HttpReply => ({
  status,
  headers: JSON_HEADERS,
  body: errorBody('FeastError', message),
});

/** As FastAPI answers a body of another form. */
export const unprocessable = (detail: readonly FormMistake[]): HttpReply => ({
  status: 422,
  headers: JSON_HEADERS,
  body: JSON.stringify({ detail }),
});
