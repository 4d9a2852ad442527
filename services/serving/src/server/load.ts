import { ForebayError } from '@forebay/contract';

/** A call that would wait longer than this share of its time for those before it is refused: it would be late anyway. */
const LONGEST_WAIT_SHARE = 0.5;
/** The cost of a call is measured over so many: long enough for the clock of the processor, which ticks in microseconds. */
const CALLS_PER_SAMPLE = 64;
/** The weight of the newest sample. */
const SAMPLE_WEIGHT = 0.3;
const SHORTEST_RETRY_MS = 10;

export interface LoadOptions {
  /** Calls that are worked on at a time, whatever they cost. */
  readonly maxInFlight: number;
  /** Processor time of the process so far, ms. */
  readonly cpuMs?: () => number;
}

/**
 * Which calls are worked on. Beyond what the processor can do, a server that admits everything answers nothing in time; one
 * that refuses early answers as many as before. A call waits for the calls in flight × what one of them costs the
 * processor. That cost is the processor time per call, or, when there is little to do and the rest of the process
 * weighs on few calls, the shortest time that a call took.
 */
export class Load {
  #inFlight = 0;
  #callMs = 0;
  #samples = 0;
  #calls = 0;
  #shortestMs = Number.POSITIVE_INFINITY;
  #cpuMs: number;
  readonly #readCpuMs: () => number;

  constructor(private readonly options: LoadOptions) {
    this.#readCpuMs = options.cpuMs ?? processCpuMs;
    this.#cpuMs = this.#readCpuMs();
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** What a call costs the processor, ms; 0 until it is known. */
  get callMs(): number {
    return this.#callMs;
  }

  /** null: the call is in flight until `finished`. */
  admit(timeoutMs: number): ForebayError | null {
    const { maxInFlight } = this.options;
    const waitMs = this.#inFlight * this.#callMs;
    if (this.#inFlight >= maxInFlight) return refused(`${maxInFlight} calls are in flight`, waitMs);
    if (waitMs > timeoutMs * LONGEST_WAIT_SHARE) {
      const work = `${this.#inFlight} calls are in flight, about ${Math.ceil(waitMs)} ms of work`;
      return refused(`${work}, and this one has ${Math.ceil(timeoutMs)} ms`, waitMs);
    }
    this.#inFlight++;
    return null;
  }

  finished(durationMs: number): void {
    this.#inFlight--;
    if (durationMs < this.#shortestMs) this.#shortestMs = durationMs;
    if (++this.#calls === CALLS_PER_SAMPLE) this.#sample();
  }

  #sample(): void {
    const cpuMs = this.#readCpuMs();
    const sampleMs = Math.min((cpuMs - this.#cpuMs) / this.#calls, this.#shortestMs);
    const weight = this.#samples++ === 0 ? 1 : SAMPLE_WEIGHT;
    this.#callMs += weight * (sampleMs - this.#callMs);
    this.#cpuMs = cpuMs;
    this.#calls = 0;
    this.#shortestMs = Number.POSITIVE_INFINITY;
  }
}

function refused(why: string, waitMs: number): ForebayError {
  const message = `${why}: try again later, or add servers`;
  return new ForebayError('overloaded', message, { retryAfterMs: Math.max(SHORTEST_RETRY_MS, waitMs) });
}

function processCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
