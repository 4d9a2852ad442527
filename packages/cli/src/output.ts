import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { createColors } from 'picocolors';

/** Where text goes; a terminal, a pipe, or what a test reads. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface OutputOptions {
  /** One JSON document on `out` instead of text, one on `err` for an error, and nothing else. */
  readonly json: boolean;
  readonly colors: boolean;
  readonly out: TextSink;
  readonly err: TextSink;
}

export interface Progress {
  update(done: number, total: number, note?: string): void;
  stop(): void;
}

export interface Counter {
  update(count: number): void;
  stop(): void;
}

export type Cell = string | number;

/** What a command prints: readable text and tables, or with `--json` one JSON document. */
export class Output {
  readonly json: boolean;
  readonly colors: ReturnType<typeof createColors>;
  readonly #out: TextSink;
  readonly #err: TextSink;

  constructor(options: OutputOptions) {
    this.json = options.json;
    this.colors = createColors(options.colors && !options.json);
    this.#out = options.out;
    this.#err = options.err;
  }

  /** The result of the command: `text` for people, `data` for programs (bigints become decimal strings). */
  result(data: unknown, text: string): void {
    this.#out.write(`${this.json ? JSON.stringify(data, jsonValue) : text}\n`);
  }

  /** What something else wrote; also with `--json`, since it is beside the result. */
  line(text: string): void {
    this.#err.write(`${text}\n`);
  }

  /** A remark beside the result; silent with `--json`. */
  note(text: string): void {
    if (!this.json) this.#err.write(`${text}\n`);
  }

  warning(text: string): void {
    this.note(`${this.colors.yellow('warning')} ${text}`);
  }

  error(error: { readonly message: string; readonly reason: string }): void {
    const { message, reason } = error;
    const text = this.json
      ? JSON.stringify({ error: message, reason })
      : `${this.colors.red('error')} ${message}`;
    this.#err.write(`${text}\n`);
  }

  table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
    const table = new Table({
      head: head.map((cell) => this.colors.bold(cell)),
      style: { head: [], border: [], compact: true },
    });
    for (const row of rows) table.push([...row]);
    return table.toString();
  }

  /** A number that grows, where somebody watches; nothing in a pipe. */
  counter(what: string): Counter {
    if (this.json || this.#err.isTTY !== true) return { update: () => undefined, stop: () => undefined };
    let shown = false;
    return {
      update: (count) => {
        shown = true;
        this.#err.write(`\r${count.toLocaleString('en-US')} ${what}`);
      },
      stop: () => {
        if (shown) this.#err.write('\r\u001b[K');
      },
    };
  }

  /** A progress bar where somebody watches; nothing in a pipe. */
  progress(what: string): Progress {
    if (this.json || this.#err.isTTY !== true) return { update: () => undefined, stop: () => undefined };
    const bar = new SingleBar({
      format: `${what} {bar} {percentage}% {note}`,
      stream: this.#err as NodeJS.WriteStream,
      hideCursor: true,
      clearOnComplete: true,
    });
    let started = false;
    return {
      update(done, total, note = '') {
        if (started) {
          bar.setTotal(total);
          bar.update(done, { note });
        } else bar.start(total, done, { note });
        started = true;
      },
      stop: () => bar.stop(),
    };
  }
}

/** JSON has no bigint, no infinity, and no maps: integers as keys are texts. */
function jsonValue(_key: string, value: unknown): unknown {
  if (value instanceof Float32Array) return [...value];
  if (value instanceof Map) return Object.fromEntries(value);
  return typeof value === 'bigint' || value === Infinity || value === -Infinity ? String(value) : value;
}
