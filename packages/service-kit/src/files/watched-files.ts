import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ForebayError } from '@forebay/contract';

/** Certificates, keys and lists of credentials are far smaller; a larger file is the wrong one. */
const MAX_FILE_BYTES = 4 * 1_024 * 1_024;

/** Contents that changed are read again after so long: a file that is being written over is seen half, and half a list is a list too. */
const SETTLE_MS = 50;

export type FileContents<Role extends string> = Readonly<Record<Role, Buffer>>;

export interface WatchedFilesOptions<Role extends string, T> {
  /** In messages: `reloading <what>: …`. */
  readonly what: string;
  readonly paths: Readonly<Record<Role, string>>;
  /** The value that the contents mean; what it throws keeps the value that is in use. */
  readonly parse: (contents: FileContents<Role>) => T;
  /** How often the files are looked at. */
  readonly everyMs: number;
  /** New contents that were refused, or files that cannot be read; once for each. */
  readonly onRefused: (error: ForebayError) => void;
}

interface Look<Role extends string> {
  /** Equal for equal contents, and for the same failure to read. */
  readonly fingerprint: string;
  readonly contents: FileContents<Role> | ForebayError;
}

/**
 * The value of some files, kept up with them while the process runs. The files are read again and compared by content:
 * notifications of the file system are lost where a directory is replaced behind a symbolic link, as Kubernetes does.
 * Files that change together need not change at one instant: what does not fit together is told only if it is still so
 * at the next look.
 */
export class WatchedFiles<Role extends string, T> {
  #current: T;
  #accepted: string;
  #refused: { readonly fingerprint: string; readonly error: ForebayError; told: boolean } | null = null;
  #looking: Promise<void> | null = null;
  readonly #listeners = new Set<(value: T) => void>();
  readonly #timer: NodeJS.Timeout;

  private constructor(
    private readonly options: WatchedFilesOptions<Role, T>,
    first: T,
    fingerprint: string,
  ) {
    this.#current = first;
    this.#accepted = fingerprint;
    this.#timer = setInterval(() => void this.look(), options.everyMs);
    this.#timer.unref();
  }

  /** Throws `invalid_configuration` if a file cannot be read, and what `parse` throws. */
  static async open<Role extends string, T>(
    options: WatchedFilesOptions<Role, T>,
  ): Promise<WatchedFiles<Role, T>> {
    const { contents, fingerprint } = await lookAt(options.paths);
    if (contents instanceof ForebayError) throw contents;
    return new WatchedFiles(options, options.parse(contents), fingerprint);
  }

  get current(): T {
    return this.#current;
  }

  /** Calls `listener` with every new value; returns the function that ends it. */
  onChange(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Looks at the files now; the timer does so by itself. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  async #look(): Promise<void> {
    const { contents, fingerprint } = await lookAt(this.options.paths);
    if (fingerprint === this.#accepted) {
      this.#refused = null;
      return;
    }
    await sleep(SETTLE_MS, undefined, { ref: false });
    // still being written: the next look sees more
    if ((await lookAt(this.options.paths)).fingerprint !== fingerprint) return;
    if (fingerprint === this.#refused?.fingerprint) {
      if (!this.#refused.told) this.options.onRefused(this.#refused.error);
      this.#refused.told = true;
      return;
    }
    try {
      if (contents instanceof ForebayError) throw contents;
      this.#current = this.options.parse(contents);
    } catch (thrown) {
      const error = ForebayError.from(thrown, `reloading ${this.options.what}`);
      this.#refused = { fingerprint, error, told: false };
      return;
    }
    this.#accepted = fingerprint;
    this.#refused = null;
    for (const listener of this.#listeners) listener(this.#current);
  }
}

async function lookAt<Role extends string>(paths: Readonly<Record<Role, string>>): Promise<Look<Role>> {
  const hash = createHash('sha256');
  const contents: Record<string, Buffer> = {};
  for (const [role, path] of Object.entries<string>(paths)) {
    try {
      const bytes = await readBounded(path);
      contents[role] = bytes;
      hash.update(`${role} ${bytes.length} `).update(bytes);
    } catch (thrown) {
      const error = unreadable(path, thrown);
      return { fingerprint: error.message, contents: error };
    }
  }
  return { fingerprint: hash.digest('base64'), contents: contents as Record<Role, Buffer> };
}

function unreadable(path: string, thrown: unknown): ForebayError {
  if (thrown instanceof ForebayError) return thrown;
  const why = (thrown as NodeJS.ErrnoException).code ?? String(thrown);
  return new ForebayError('invalid_configuration', `file "${path}" cannot be read: ${why}`, {
    cause: thrown,
  });
}

async function readBounded(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > MAX_FILE_BYTES) {
      const message = `file "${path}" has ${size} bytes, and at most ${MAX_FILE_BYTES} are read: is it the right one?`;
      throw new ForebayError('invalid_configuration', message);
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}
