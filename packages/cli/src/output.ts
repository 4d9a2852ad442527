import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import pc from 'picocolors';

export interface Progress {
  update(done: number, total: number, note?: string): void;
  stop(): void;
}

/** What a command prints: readable text and tables on a terminal or pipe, or with `--json` one JSON document on stdout. */
export class Output {
  constructor(
    readonly json: boolean,
    private readonly out: NodeJS.WriteStream,
    private readonly err: NodeJS.WriteStream,
  ) {}

  /** The result of the command: `text` for people, `data` for programs. */
  result(data: unknown, text: string): void {
    this.out.write(`${this.json ? JSON.stringify(data) : text}\n`);
  }

  /** A remark beside the result; silent with `--json`. */
  note(text: string): void {
    if (!this.json) this.err.write(`${text}\n`);
  }

  error(text: string): void {
    this.err.write(this.json ? `${JSON.stringify({ error: text })}\n` : `${pc.red('error')} ${text}\n`);
  }

  table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
    const table = new Table({ head: head.map((cell) => pc.bold(cell)), style: { head: [], border: [], compact: true } });
    for (const row of rows) table.push([...row]);
    return table.toString();
  }

  /** A progress bar where somebody watches; nothing in a pipe. */
  progress(what: string): Progress {
    if (this.json || !this.err.isTTY) return { update: () => undefined, stop: () => undefined };
    const bar = new SingleBar({ format: `${what} {bar} {percentage}% {note}`, stream: this.err, hideCursor: true, clearOnComplete: true });
    let started = false;
    return {
      update(done, total, note = '') {
        if (!started) bar.start(total, done, { note });
        else bar.update(done, { note });
        started = true;
      },
      stop: () => bar.stop(),
    };
  }
}
