import { ForebayError } from '@forebay/contract';
import {
  type BoundHistogram,
  type Instruments,
  inCallersTrace,
  inSpan,
  type Logger,
  tracingIsOn,
} from '@forebay/service-kit';
import {
  type handleUnaryCall,
  type Metadata,
  type ServerUnaryCall,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import { callStatus } from '../status/call-status';
import type { Load } from './load';

export interface UnaryCallsOptions {
  readonly instruments: Instruments;
  readonly logger: Logger;
  readonly load: Load;
  /** For callers without a deadline. */
  readonly defaultDeadlineMs: number;
}

/** What a method's work may need to know of its call. */
export interface CallContext {
  /** The time that is left. */
  readonly timeoutMs: number;
}

interface Method {
  /** `package.Service/Method`. */
  readonly name: string;
  readonly durations: Map<string, BoundHistogram>;
  inFlight: number;
}

/** What all unary methods have in common: load shedding, deadlines, statuses, metrics, traces. */
export class UnaryCalls {
  readonly #methods: Method[] = [];

  constructor(private readonly options: UnaryCallsOptions) {
    const gauge = options.instruments.gauge('forebay_requests_in_flight');
    gauge.observe(() =>
      this.#methods.map(({ name, inFlight }) => [{ 'rpc.method': name }, inFlight] as const),
    );
  }

  /** What `answer` throws becomes the call's status. */
  handler<Request, Response>(
    name: string,
    answer: (request: Request, context: CallContext) => Promise<Response>,
  ): handleUnaryCall<Request, Response> {
    const method: Method = { name, durations: new Map(), inFlight: 0 };
    this.#methods.push(method);
    return (call, callback) => {
      const startedMs = performance.now();
      const timeoutMs = this.#timeLeft(call.getDeadline());
      const refusal = this.options.load.admit(timeoutMs);
      if (refusal !== null) {
        this.options.instruments.counter('forebay_requests_shed_total').add({ 'rpc.method': name });
        this.#record(method, refusal, performance.now() - startedMs);
        callback(callStatus(refusal));
        return;
      }
      method.inFlight++;
      const finish = (error: ForebayError | null, response?: Response) => {
        method.inFlight--;
        const durationMs = performance.now() - startedMs;
        this.options.load.finished(durationMs);
        this.#record(method, error, durationMs);
        if (error === null) callback(null, response as Response);
        else callback(this.#statusOf(error, name));
      };
      this.#answer(method, call, timeoutMs, answer).then(
        (response) => finish(null, response),
        (thrown) => finish(ForebayError.from(thrown)),
      );
    };
  }

  async #answer<Request, Response>(
    method: Method,
    call: ServerUnaryCall<Request, Response>,
    timeoutMs: number,
    answer: (request: Request, context: CallContext) => Promise<Response>,
  ): Promise<Response> {
    // what a service that was made by refusingService could not read
    if (call.request instanceof ForebayError) throw call.request;
    if (timeoutMs <= 0)
      throw new ForebayError('deadline_exceeded', 'the deadline had passed when the call was begun');
    const context = { timeoutMs };
    if (!tracingIsOn()) return answer(call.request, context);
    const headers = headersOf(call.metadata);
    return inCallersTrace(headers, () =>
      inSpan(method.name, { 'rpc.system.name': 'grpc' }, () => answer(call.request, context)),
    );
  }

  #timeLeft(deadline: Date | number): number {
    const deadlineMs = Number(deadline);
    return deadlineMs === Number.POSITIVE_INFINITY ? this.options.defaultDeadlineMs : deadlineMs - Date.now();
  }

  #record(method: Method, error: ForebayError | null, durationMs: number): void {
    const reason = error === null ? '' : error.reason;
    let series = method.durations.get(reason);
    if (series === undefined) {
      series = this.options.instruments.histogram('rpc.server.call.duration').bind({
        'rpc.system.name': 'grpc',
        'rpc.method': method.name,
        'rpc.response.status_code': status[error === null ? status.OK : error.grpcStatus] as string,
        'error.type': reason,
      });
      method.durations.set(reason, series);
    }
    series.record(durationMs / 1_000);
  }

  #statusOf(error: ForebayError, method: string): StatusObject {
    if (error.reason === 'internal')
      this.options.logger.error({ err: error, method }, `${method} failed: ${error.message}`);
    return callStatus(error);
  }
}

function headersOf(metadata: Metadata): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata.getMap()).map(([name, value]) => [name, String(value)]));
}
