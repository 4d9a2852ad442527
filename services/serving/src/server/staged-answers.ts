import type { SerializedMessage } from '../response/serialized-message';

/** A longer answer is written straight into its frame: to copy it would cost more than is won. */
const LONGEST_STAGED_BYTES = 8 * 1_024;
const STAGE_BYTES = 256 * 1_024;

/** A call that may be answered in two steps. */
export interface StagedCall {
  /** Everything but the sending. */
  finish(): void;
  send(response: SerializedMessage): void;
}

/**
 * The answers of one reply of Redis. First all of them are made and written into memory that is used again, then all are given to
 * gRPC: each of the two runs through much code, which stays in the processor's caches only if the other does not come in between.
 */
export class StagedAnswers {
  readonly #stage = Buffer.allocUnsafeSlow(STAGE_BYTES);
  #size = 0;
  #calls: StagedCall[] = [];
  #spare: StagedCall[] = [];
  readonly #ends: number[] = [];
  readonly #slice = new StagedBytes(this.#stage);
  readonly #send = () => this.#sendAll();

  /** The answer is written before this returns, and sent when the current callback of the event loop has ended. */
  answer(call: StagedCall, response: SerializedMessage): void {
    const { byteLength } = response;
    if (byteLength > LONGEST_STAGED_BYTES) {
      call.finish();
      call.send(response);
      return;
    }
    if (this.#size + byteLength > STAGE_BYTES) this.#sendAll();
    if (this.#calls.length === 0) process.nextTick(this.#send);
    response.copy(this.#stage, this.#size);
    this.#size += byteLength;
    this.#ends.push(this.#size);
    this.#calls.push(call);
    call.finish();
  }

  #sendAll(): void {
    const calls = this.#calls;
    this.#calls = this.#spare;
    const slice = this.#slice;
    for (let i = 0; i < calls.length; i++) {
      slice.from = i === 0 ? 0 : (this.#ends[i - 1] as number);
      slice.byteLength = (this.#ends[i] as number) - slice.from;
      // grpc-js copies an answer before its callback returns
      (calls[i] as StagedCall).send(slice);
    }
    calls.length = 0;
    this.#spare = calls;
    this.#ends.length = 0;
    this.#size = 0;
  }
}

class StagedBytes implements SerializedMessage {
  from = 0;
  byteLength = 0;

  constructor(private readonly stage: Buffer) {}

  copy(target: Buffer, start = 0): number {
    return this.stage.copy(target, start, this.from, this.from + this.byteLength);
  }
}
