import { ForebayError } from '@forebay/contract';

interface Component {
  readonly name: string;
  readonly stop: () => Promise<void> | void;
}

export interface StopFailure {
  readonly name: string;
  readonly error: unknown;
}

/** The started parts of a service: they stop in the reverse of the order in which they started. */
export class ComponentStack {
  private readonly started: Component[] = [];
  private readonly comingUp = new Set<string>();
  private goingDown: string | null = null;
  private closed = false;

  /** What is being started or stopped at this moment, such as `stopping "consumer"`; null when nothing is. */
  get activity(): string | null {
    if (this.goingDown !== null) return `stopping "${this.goingDown}"`;
    const [first] = this.comingUp;
    return first === undefined ? null : `starting "${first}"`;
  }

  /**
   * Starts one component and remembers how to stop it. One that comes up after the stop began is stopped at once.
   * @throws what `start` throws; ForebayError `unavailable` when the service is stopping.
   */
  async start<T>(
    name: string,
    start: () => Promise<T> | T,
    stop: (started: T) => Promise<void> | void,
  ): Promise<T> {
    if (this.closed) throw stopping(name);
    this.comingUp.add(name);
    try {
      const started = await start();
      if (this.closed) {
        await stop(started);
        throw stopping(name);
      }
      this.started.push({ name, stop: () => stop(started) });
      return started;
    } finally {
      this.comingUp.delete(name);
    }
  }

  /** Stops all, last started first; a failure does not keep the others from being stopped. */
  async stopAll(): Promise<readonly StopFailure[]> {
    this.closed = true;
    const failures: StopFailure[] = [];
    for (let component = this.started.pop(); component !== undefined; component = this.started.pop()) {
      this.goingDown = component.name;
      try {
        await component.stop();
      } catch (error) {
        failures.push({ name: component.name, error });
      }
    }
    this.goingDown = null;
    return failures;
  }
}

function stopping(name: string): ForebayError {
  return new ForebayError('unavailable', `"${name}" was not started: the service is stopping`);
}
