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
  Metadata as NewMetadata,
  type ServerUnaryCall,
  type StatusObject,
  status,
} from '@grpc/grpc-js';

/** The trailer that carries the reason of a failure, which is finer than its status. */
export const REASON_TRAILER = 'forebay-reason';

export interface UnaryCallsOptions {
  readonly instruments: Instruments;
  readonly logger: Logger;
  readonly maxInFlight: number;
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
  #inFlight = 0;

  constructor(private readonly options: UnaryCallsOptions) {
    const gauge = options.instruments.gauge('forebay_requests_in_flight');
    gauge.observe(() =>
      this.#methods.map(({ name, inFlight }) => [{ 'rpc.method': name }, inFlight] as const),
    );
  }

  get inFlight(): number {
    return this.#inFlight;
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
      this.#inFlight++;
      method.inFlight++;
      const finish = (error: ForebayError | null, response?: Response) => {
        this.#inFlight--;
        method.inFlight--;
        this.#record(method, error, performance.now() - startedMs);
        if (error === null) callback(null, response as Response);
        else callback(this.#statusOf(error, name));
      };
      this.#admit(method, call, answer).then(
        (response) => finish(null, response),
        (thrown) => finish(ForebayError.from(thrown)),
      );
    };
  }

  async #admit<Request, Response>(
    method: Method,
    call: ServerUnaryCall<Request, Response>,
    answer: (request: Request, context: CallContext) => Promise<Response>,
  ): Promise<Response> {
    if (this.#inFlight > this.options.maxInFlight) {
      this.options.instruments.counter('forebay_requests_shed_total').add({ 'rpc.method': method.name });
      throw new ForebayError(
        'overloaded',
        `${this.options.maxInFlight} calls are in flight: try again later, or add servers`,
      );
    }
    const timeoutMs = this.#timeLeft(call.getDeadline());
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
    const metadata = new NewMetadata();
    metadata.set(REASON_TRAILER, error.reason);
    return { code: error.grpcStatus, details: error.message, metadata };
  }
}

function headersOf(metadata: Metadata): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata.getMap()).map(([name, value]) => [name, String(value)]));
}
