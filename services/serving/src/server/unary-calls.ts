import { ForebayError } from '@forebay/contract';
import {
  type BoundHistogram,
  chooseTrace,
  type Instruments,
  inChosenTrace,
  inSpan,
  type Logger,
  type Span,
  tracingIsOn,
} from '@forebay/service-kit';
import {
  type handleUnaryCall,
  type Metadata,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import type { CallGate } from '../security/call-gate';
import type { Caller } from '../security/caller';
import type { Peer } from '../security/peer';
import { callStatus } from '../status/call-status';
import type { Admission } from './admission';
import { Turns } from './turns';

export interface UnaryCallsOptions {
  readonly instruments: Instruments;
  readonly logger: Logger;
  readonly load: Admission;
  /** Says who calls. */
  readonly gate: CallGate;
  /** For callers without a deadline. */
  readonly defaultDeadlineMs: number;
  /** Told when all calls of a turn of the event loop have been begun. */
  readonly endOfTurn: () => void;
}

/** What a method's work may need to know of its call. */
export interface CallContext {
  /** The time that is left. */
  readonly timeoutMs: number;
  /** Who calls; a method asks it for what it may. */
  readonly caller: Caller;
  readonly metadata: Metadata;
}

interface Method {
  /** `package.Service/Method`. */
  readonly name: string;
  readonly durations: Map<string, BoundHistogram>;
  inFlight: number;
}

type Promised<Request, Response> = (request: Request, context: CallContext) => Promise<Response>;

/** A call that is worked on. `answer` or `fail` is called, once. */
export class UnaryCall<Request, Response> implements CallContext {
  readonly #startedMs = performance.now();
  #caller: Caller | null = null;

  constructor(
    private readonly calls: UnaryCalls,
    private readonly method: Method,
    /** That the call had when it came. */
    private readonly givenMs: number,
    private readonly call: ServerUnaryCall<Request, Response>,
    private readonly callback: sendUnaryData<Response>,
    private readonly start: (call: UnaryCall<Request, Response>) => void,
  ) {}

  begin(): void {
    this.start(this);
  }

  get request(): Request {
    return this.call.request;
  }

  get metadata(): Metadata {
    return this.call.metadata;
  }

  get timeoutMs(): number {
    return this.givenMs - (performance.now() - this.#startedMs);
  }

  /** The client has gone, or the deadline has passed: whatever is answered is dropped. */
  get isCancelled(): boolean {
    return this.call.cancelled;
  }

  get caller(): Caller {
    if (this.#caller === null)
      throw new ForebayError('internal', `${this.method.name}: nobody asked who calls`);
    return this.#caller;
  }

  /** Calls `proceed` when it is known who calls: at once, unless the credential is new here. */
  identify(gate: CallGate, proceed: (call: this) => void): void {
    const caller = gate.callerOf(this.call);
    if (caller instanceof Promise)
      caller.then((known) => this.#proceedAs(known, proceed)).catch((thrown: unknown) => this.fail(thrown));
    else this.#proceedAs(caller, proceed);
  }

  #proceedAs(caller: Caller, proceed: (call: this) => void): void {
    this.#caller = caller;
    proceed(this);
  }

  answer(response: Response): void {
    this.finish();
    this.send(response);
  }

  /** The first half of `answer`: the call counts as answered, and what remains is to send what it is answered with. */
  finish(): void {
    this.calls.finished(this.method, null, performance.now() - this.#startedMs, this.givenMs);
  }

  send(response: Response): void {
    this.callback(null, response);
  }

  /** Whatever was thrown becomes the call's status. */
  fail(thrown: unknown): void {
    const error = ForebayError.from(thrown);
    this.calls.finished(this.method, error, performance.now() - this.#startedMs, this.givenMs);
    this.calls.noteFailure(this.method, this.call, this.#caller, error);
    this.callback(callStatus(error));
  }
}

/** What all unary methods have in common: load shedding, who calls, deadlines, statuses, metrics, traces. */
export class UnaryCalls {
  readonly #methods: Method[] = [];
  readonly #turns: Turns;

  constructor(private readonly options: UnaryCallsOptions) {
    this.#turns = new Turns(options.endOfTurn);
    const gauge = options.instruments.gauge('forebay_requests_in_flight');
    gauge.observe(() =>
      this.#methods.map(({ name, inFlight }) => [{ 'rpc.method': name }, inFlight] as const),
    );
  }

  /** What `answer` throws becomes the call's status. */
  handler<Request, Response>(
    name: string,
    answer: Promised<Request, Response>,
  ): handleUnaryCall<Request, Response> {
    return this.directHandler(name, answer, (call) => {
      answer(call.request, call).then(
        (response) => call.answer(response),
        (thrown) => call.fail(thrown),
      );
    });
  }

  /**
   * For a method whose calls must not cost promises: `begin` sees to it that the call is answered, and what it throws is the
   * call's status. For a call that is traced, `traced` stands for it.
   */
  directHandler<Request, Response>(
    name: string,
    traced: Promised<Request, Response>,
    begin: (call: UnaryCall<Request, Response>) => void,
  ): handleUnaryCall<Request, Response> {
    const method: Method = { name, durations: new Map(), inFlight: 0 };
    this.#methods.push(method);
    const { load, instruments, gate } = this.options;
    const proceed = (call: UnaryCall<Request, Response>) => {
      // what a service that was made by refusingService could not read
      if (call.request instanceof ForebayError) throw call.request;
      if (call.timeoutMs <= 0)
        throw new ForebayError('deadline_exceeded', 'the deadline had passed when the call was begun');
      if (call.isCancelled) throw new ForebayError('cancelled', 'the caller went before the call was begun');
      if (tracingIsOn() && chooseTrace(traceparentOf(call.metadata))) inTrace(name, call, traced);
      else begin(call);
    };
    const start = (call: UnaryCall<Request, Response>) => {
      try {
        call.identify(gate, proceed);
      } catch (thrown) {
        call.fail(thrown);
      }
    };
    const shed = instruments.counter('forebay_requests_shed_total').bind({ 'rpc.method': name });
    return (grpcCall, callback) => {
      const timeoutMs = this.#timeLeft(grpcCall.getDeadline());
      const refusal = load.admit(timeoutMs);
      if (refusal !== null) {
        shed.add();
        this.#record(method, refusal, 0);
        callback(callStatus(refusal));
        return;
      }
      method.inFlight++;
      this.#turns.run(new UnaryCall(this, method, timeoutMs, grpcCall, callback, start));
    };
  }

  /** Told by each call, once. */
  finished(method: Method, error: ForebayError | null, durationMs: number, timeoutMs: number): void {
    method.inFlight--;
    this.options.load.finished(durationMs, timeoutMs, error === null || error.reason === 'deadline_exceeded');
    this.#record(method, error, durationMs);
    if (error?.reason === 'internal')
      this.options.logger.error(
        { err: error, method: method.name },
        `${method.name} failed: ${error.message}`,
      );
  }

  /** Told by each call that failed, with who called if that was known. */
  noteFailure(method: Method, peer: Peer, caller: Caller | null, error: ForebayError): void {
    this.options.gate.noteFailure(method.name, peer, caller, error);
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
}

/** Faults of the server, by the conventions; the others are the caller's, and no error of the span. */
const FAULTS: ReadonlySet<status> = new Set([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);
const SERVER_SPAN = {
  kind: 'server',
  isFault: (thrown: unknown) => FAULTS.has(ForebayError.from(thrown).grpcStatus),
} as const;

function inTrace<Request, Response>(
  name: string,
  call: UnaryCall<Request, Response>,
  answer: Promised<Request, Response>,
): void {
  const work = async (span: Span | null) => {
    try {
      const response = await answer(call.request, call);
      span?.setAttribute('rpc.response.status_code', 'OK');
      return response;
    } catch (thrown) {
      const error = ForebayError.from(thrown);
      span?.setAttributes({
        'rpc.response.status_code': status[error.grpcStatus] as string,
        'error.type': error.reason,
      });
      throw error;
    }
  };
  const attributes = { 'rpc.system.name': 'grpc', 'rpc.method': name };
  inChosenTrace(headersOf(call.metadata), () => {
    inSpan(name, attributes, work, SERVER_SPAN).then(
      (response) => call.answer(response),
      (thrown) => call.fail(thrown),
    );
  });
}

function traceparentOf(metadata: Metadata): string | undefined {
  return metadata.get('traceparent')[0] as string | undefined;
}

function headersOf(metadata: Metadata): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata.getMap()).map(([name, value]) => [name, String(value)]));
}
