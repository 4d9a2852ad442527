import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const KEPT_LINES = 20;

/** Passes a child's lines on, and remembers the last of them. */
export class LogLines {
  readonly #onLine: (line: string) => void;
  readonly #last: string[] = [];

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  follow(stream: Readable): void {
    createInterface({ input: stream }).on('line', (line) => {
      if (this.#last.length === KEPT_LINES) this.#last.shift();
      this.#last.push(line);
      this.#onLine(line);
    });
  }

  /** Indented, for an error's message. */
  get last(): string {
    return this.#last.length === 0
      ? '  (it wrote nothing)'
      : this.#last.map((line) => `  ${line}`).join('\n');
  }
}
