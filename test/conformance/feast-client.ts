/** Feast's own clients, in a Python process that answers one call after the other. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pythonEnvironment } from '@forebay/local-stack';
import { HOME_DIR } from '../support/stack';

/** The first time, packages are downloaded and installed. */
const INSTALL_WITHIN_MS = 600_000;
const SHOWN_CHARACTERS = 4_000;

/**
 * Whether Feast's newest release runs on this Python: on an older one, whose users have an older release too, it is another
 * client with tests of its own (see requirements.txt).
 */
export const IS_NEWEST_RELEASE = pythonMinorVersion() >= 10;

/** 0 without Python, about which the installation has more to say. */
function pythonMinorVersion(): number {
  const { stdout } = spawnSync('python3', ['--version'], { encoding: 'utf8' });
  return Number(/^Python 3\.(\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}

/** What Feast's Python SDK gave: `raised` is the class of its error. */
export type SdkOutcome =
  | {
      readonly values: Readonly<Record<string, readonly unknown[]>>;
      readonly statuses: Readonly<Record<string, readonly string[]>>;
      /** Which field of `Value` the SDK made of each JSON value. */
      readonly kinds: Readonly<Record<string, readonly (string | null)[]>>;
      readonly views: readonly { readonly name: string; readonly version: number }[];
    }
  | { readonly raised: string; readonly message: string };

/** By full name, then by field, value or method. */
export type Described = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export class FeastClient {
  #child: ChildProcessWithoutNullStreams | null = null;
  #lines: AsyncIterator<string> | null = null;
  #errors = '';

  /** Fails if there is no Python, or no package index: then Feast's clients cannot be asked. */
  async start(): Promise<void> {
    const python = await pythonEnvironment({
      homeDir: HOME_DIR,
      name: 'conformance',
      requirementsFile: join(__dirname, 'requirements.txt'),
      log: (message) => process.stderr.write(`conformance: ${message}\n`),
    });
    const child = spawn(python, ['-W', 'ignore', join(__dirname, 'feast_client.py')], {
      env: { ...process.env, FEAST_USAGE: 'False' },
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-SHOWN_CHARACTERS);
    });
    this.#child = child;
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null) return;
    child.stdin.end();
    await once(child, 'exit');
  }

  /** By the SDK: `get_online_features` with an online store of type `remote`. */
  async sdk(call: Readonly<Record<string, unknown>>): Promise<SdkOutcome> {
    return (await this.#call({ call: 'sdk', ...call })) as SdkOutcome;
  }

  /** By the client that is generated from Feast's protos. */
  grpc(
    address: string,
    method: string,
    request: object,
    metadata: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    return this.#call({ call: 'grpc', address, method, request, metadata });
  }

  /** Messages, enums and methods by their full names, of Feast's package and of our files. */
  async descriptors(): Promise<Readonly<Record<'feast' | 'ours', Described>>> {
    const answer = await this.#call({ call: 'descriptors', protos: join(__dirname, '..', '..', 'proto') });
    return answer as Readonly<Record<'feast' | 'ours', Described>>;
  }

  async #call(call: object): Promise<unknown> {
    if (this.#child === null || this.#lines === null) throw new Error('start the client first');
    this.#child.stdin.write(`${JSON.stringify(call)}\n`);
    const { value: line, done } = await this.#lines.next();
    if (done === true) throw new Error(`the Python process ended: ${this.#errors}`);
    const answer = JSON.parse(line) as { readonly result?: unknown };
    return answer.result ?? answer;
  }
}

/** Started before the tests of a file, stopped after them. */
export function useFeastClient(): FeastClient {
  const client = new FeastClient();
  beforeAll(() => client.start(), INSTALL_WITHIN_MS);
  afterAll(() => client.stop());
  return client;
}
