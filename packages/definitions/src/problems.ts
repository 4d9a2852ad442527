import { ForebayError } from '@forebay/contract';

/** Collects everything that is wrong with a project, so that its author sees all of it at once. */
export class Problems {
  readonly #messages: string[] = [];

  get count(): number {
    return this.#messages.length;
  }

  /** `place` says where (`view "x", feature "y"`), `message` what is wrong and what to do. */
  add(place: string, message: string): void {
    this.#messages.push(`${place}: ${message}`);
  }

  /** Runs what may throw a ForebayError whose message already names the place; null if it threw. */
  attempt<T>(action: () => T): T | null {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof ForebayError)) throw error;
      this.#messages.push(error.message);
      return null;
    }
  }

  /** Throws one `invalid_definition` that lists every problem, if there are any. */
  throwIfAny(title: string): void {
    const { length } = this.#messages;
    if (length === 0) return;
    const lines = this.#messages.map((message) => `\n  - ${message.replaceAll('\n', '\n    ')}`).join('');
    throw new ForebayError(
      'invalid_definition',
      `${title}: ${length} ${length === 1 ? 'problem' : 'problems'}${lines}`,
    );
  }
}
