import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { ForebayError } from '@forebay/contract';
import {
  type BoundHistogram,
  type Instruments,
  inCallersTrace,
  inSpan,
  type Logger,
} from '@forebay/service-kit';
import type { CallGate } from '../security/call-gate';
import type { Caller } from '../security/caller';
import { HttpPeer } from '../security/peer';
import type { Load } from '../server/load';
import { answerJson } from './answer-json';
import { errorBody, refusalOf } from './errors';
import { type FeastCall, type FeastFeatures, getFeastFeatures } from './feast-features';
import { PROJECT_HEADER, REQUEST_ID_HEADER } from './feast-project';
import type { Body } from './http-body';
import { type FormMistake, readJsonRequest } from './read-json-request';

const FEATURES_METHOD = 'POST /get-online-features';

/** As for gRPC, whose messages have this limit. */
export const MAX_BODY_BYTES = 4 * 1_024 * 1_024;
const USUAL_RETRY_MS = 1_000;
const JSON_HEADERS = { 'content-type': 'application/json' };

export interface HttpCallsOptions {
  readonly feast: FeastFeatures;
  readonly instruments: Instruments;
  readonly logger: Logger;
  readonly load: Load;
  readonly gate: CallGate;
  /** HTTP has no deadline of the caller's. */
  readonly deadlineMs: number;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Calls of `POST /get-online-features`: load shedding, statuses, metrics, traces. */
export class HttpCalls {
  readonly #durations = new Map<string, BoundHistogram>();
  #inFlight = 0;

  constructor(private readonly options: HttpCallsOptions) {
    const gauge = options.instruments.gauge('forebay_requests_in_flight');
    gauge.observe(() => [[{ 'rpc.method': FEATURES_METHOD }, this.#inFlight]]);
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
      instruments.counter('forebay_requests_shed_total').add({ 'rpc.method': FEATURES_METHOD });
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
        inSpan(FEATURES_METHOD, { 'http.request.method': 'POST' }, work),
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
    this.options.gate.noteFailure(FEATURES_METHOD, peer, caller, error);
    return this.#recorded(this.#refuse(error), error.reason, durationMs);
  }

  async #reply(body: Body, call: FeastCall): Promise<HttpReply> {
    if (body.kind === 'too large')
      return plain(413, `the body is larger than ${MAX_BODY_BYTES} bytes: send the rows in parts`);
    if (body.kind === 'broken off') return plain(400, 'the body was broken off');
    if (body.kind === 'not UTF-8')
      return unprocessable([{ type: 'json_invalid', loc: ['body'], msg: 'the body is not UTF-8' }]);
    const request = readJsonRequest(body.text);
    if (isMistakes(request)) return unprocessable(request);
    const answer = await getFeastFeatures(this.options.feast, request, call);
    const name = answer.requestId === '' ? {} : { [REQUEST_ID_HEADER]: answer.requestId };
    return { status: 200, headers: { ...JSON_HEADERS, ...name }, body: answerJson(answer) };
  }

  #refuse(error: ForebayError): HttpReply {
    const { status, feastClass } = refusalOf(error);
    if (status === 500) {
      this.options.logger.error(
        { err: error, method: FEATURES_METHOD },
        `${FEATURES_METHOD} failed: ${error.message}`,
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
        'http.route': '/get-online-features',
        'http.response.status_code': String(status),
        'error.type': reason,
      });
      this.#durations.set(key, series);
    }
    series.record(durationMs / 1_000);
    return reply;
  }
}

const textOf = (headers: IncomingHttpHeaders, name: string): string | null => {
  const value = headers[name];
  return typeof value === 'string' ? value : null;
};

const isMistakes = (read: ReturnType<typeof readJsonRequest>): read is readonly FormMistake[] =>
  Array.isArray(read);

const plain = (status: number, message: string): HttpReply => ({
  status,
  headers: JSON_HEADERS,
  body: errorBody('FeastError', message),
});

/** As FastAPI answers a body of another form. */
const unprocessable = (detail: readonly FormMistake[]): HttpReply => ({
  status: 422,
  headers: JSON_HEADERS,
  body: JSON.stringify({ detail }),
});
