import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { asReadyAnnouncement, type Ports } from '@forebay/service-kit';
import { OPEN_SERVING } from './open-serving';

/** Tests and benchmarks run in the project's directory, be they compiled or not. */
const ROOT = process.cwd();

/** A build whose services are started: where it is, and what its processes are given beside what all get. */
export interface ServiceVersion {
  readonly name: string;
  readonly root: string;
  readonly environment: ServiceEnvironment;
}
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 30_000;
/** Lines of the log that an error message shows. */
const SHOWN_LINES = 25;

export type ServiceName = 'serving' | 'stream' | 'batch';
export type ServiceEnvironment = Readonly<Record<string, string>>;

/** What is being tested. */
export const THIS_VERSION: ServiceVersion = { name: 'this version', root: ROOT, environment: {} };

/** A service as a process of its own, as it is built, to be broken at will. Its log is kept for messages. */
export class Service {
  readonly #lines: string[] = [];
  readonly #exited: Promise<unknown>;
  ports: Ports = {};

  private constructor(
    readonly name: ServiceName,
    readonly environment: ServiceEnvironment,
    readonly child: ChildProcess,
  ) {
    for (const output of [child.stdout, child.stderr]) {
      output
        ?.setEncoding('utf8')
        .on('data', (text: string) => this.#lines.push(...text.trimEnd().split('\n')));
    }
    this.#exited = once(child, 'exit');
  }

  /** Resolves when the service is ready; fails with the end of its log. */
  static async start(
    name: ServiceName,
    environment: ServiceEnvironment,
    version = THIS_VERSION,
  ): Promise<Service> {
    const service = Service.launch(name, environment, version);
    await service.ready();
    return service;
  }

  /** Starts a service that may end before it is ready. */
  static launch(name: ServiceName, environment: ServiceEnvironment, version = THIS_VERSION): Service {
    const child = fork(resolve(version.root, 'services', name, 'dist', 'main.js'), {
      env: {
        PATH: process.env.PATH ?? '',
        FOREBAY_LOG_FORMAT: 'json',
        FOREBAY_SERVING_PORT: '0',
        ...OPEN_SERVING,
        ...version.environment,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return new Service(name, environment, child);
  }

  /** To be called once, at once after the start. Fails with the end of its log. */
  ready(): Promise<void> {
    return new Promise((resolveReady, reject) => {
      const fail = (what: string) => {
        clearTimeout(timer);
        reject(new Error(`${this.name} ${what}\n${this.log}`));
      };
      const timer = setTimeout(() => fail(`was not ready within ${READY_WITHIN_MS} ms`), READY_WITHIN_MS);
      this.child.once('exit', (code, signal) => fail(`ended while starting (${signal ?? code})`));
      this.child.on('message', (message) => {
        const announced = asReadyAnnouncement(message);
        if (announced === null) return;
        clearTimeout(timer);
        this.ports = announced.ports;
        resolveReady();
      });
    });
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** The end of its log; of a service that has logged trouble, that first. */
  get log(): string {
    const trouble = this.#lines
      .filter((line) => /"level":(40|50|60|"warn"|"error"|"fatal")/.test(line))
      .slice(-SHOWN_LINES);
    return [
      `--- ${this.name}, pid ${this.child.pid}`,
      ...trouble,
      '…',
      ...this.#lines.slice(-SHOWN_LINES),
    ].join('\n');
  }

  logged(pattern: RegExp): boolean {
    return this.#lines.some((line) => pattern.test(line));
  }

  lines(pattern: RegExp): string[] {
    return this.#lines.filter((line) => pattern.test(line));
  }

  async kill9(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#exited;
  }

  /** SIGTERM; resolves to the exit code. Fails if the service does not stop in time. */
  async terminate(): Promise<number | null> {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_WITHIN_MS);
    await this.#exited;
    clearTimeout(timer);
    if (this.child.signalCode === 'SIGKILL')
      throw new Error(`${this.name} did not stop within ${STOP_WITHIN_MS} ms\n${this.log}`);
    return this.child.exitCode;
  }

  /** SIGSTOP: its connections stay open, and it does nothing. */
  pause(): void {
    this.child.kill('SIGSTOP');
  }

  /** SIGCONT. */
  resume(): void {
    this.child.kill('SIGCONT');
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.ports.metrics}/metrics`)).text();
  }
}
