import { ForebayError } from '@forebay/contract';
import { textSetting } from './setting';

/** Which point a process is to end at, of services that have some. */
export const faultPointSetting = textSetting({
  env: 'FOREBAY_FAULT_POINT',
  optional: true,
  pattern: /^[a-z-]+(:[1-9]\d{0,5})?$/,
  allowed: 'the name of a fault point, or name:pass',
  description:
    'For proofs of recovery only: the process kills itself when it passes this point of its work ([RELIABILITY.md](RELIABILITY.md)).',
});

export interface ArmedFault<Name extends string> {
  readonly point: Name;
  /** The process ends when the point is passed for the nth time; from 1 on. */
  readonly pass: number;
}

/**
 * Named places of a service at which its process can be made to end at once, as if it had lost its power: proofs of recovery go through
 * them. Nothing is armed unless the process was started so; passing a point then costs one comparison.
 */
export class FaultPoints<Name extends string> {
  readonly #points: Readonly<Record<Name, string>>;
  #armed: { readonly point: Name; passesLeft: number } | null = null;

  /** @param points what has happened when each is passed */
  constructor(points: Readonly<Record<Name, string>>) {
    this.#points = points;
  }

  /** Reads `point` or `point:nth`. Throws `invalid_configuration` for what is no point. */
  parse(text: string): ArmedFault<Name> {
    const [, point = '', pass = '1'] = /^([a-z-]+)(?::([1-9]\d{0,5}))?$/.exec(text) ?? [];
    if (Object.hasOwn(this.#points, point)) return { point: point as Name, pass: Number(pass) };
    throw new ForebayError(
      'invalid_configuration',
      `fault point "${text}": give one of ${Object.keys(this.#points).join(', ')}, and after a colon in which pass`,
    );
  }

  /**
   * Throws `failed_precondition` in a process that was not forked by another one: an environment that was copied to where a service
   * is operated must not make it end again and again.
   */
  armOf(text: string, isForked: boolean): void {
    if (!isForked) {
      throw new ForebayError(
        'failed_precondition',
        `fault point "${text}": only a process that "npm run faults" has forked may kill itself: unset it`,
      );
    }
    this.arm(this.parse(text));
  }

  /** null: none is armed any more. */
  arm(fault: ArmedFault<Name> | null): void {
    this.#armed = fault === null ? null : { point: fault.point, passesLeft: fault.pass };
  }

  /** The process ends here if it was told to. */
  pass(point: Name): void {
    if (this.isPass(point)) endProcess();
  }

  /** Likewise a moment later, when what was just sent is under way. */
  passOnceSent(point: Name): void {
    if (this.#armed?.point !== point) return;
    // writes to sockets are held back until the end of the turn
    setImmediate(() => setImmediate(() => this.pass(point)));
  }

  /** Passes the point; true: it is for the caller to bring about what the point says, and then to end the process. */
  isPass(point: Name): boolean {
    if (this.#armed === null || this.#armed.point !== point) return false;
    this.#armed.passesLeft--;
    return this.#armed.passesLeft === 0;
  }
}

export function endProcess(): void {
  process.kill(process.pid, 'SIGKILL');
}
