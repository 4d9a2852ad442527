/** Programs started from nothing but the files of an image, as its user where this process may choose one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { asReadyAnnouncement } = createRequire(import.meta.url)('@forebay/service-kit');

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 40_000;
const ASK_AGAIN_MS = 50;

/** @param image what `Stages.build` gives. */
export class Program {
  #output = '';
  #exited;
  /** As the program says that it is ready; null before. */
  ports = null;

  constructor(image, environment, args = []) {
    const [command, ...first] = image.entryPoint;
    const [uid, gid] = image.user.split(':').map(Number);
    this.child = spawn(command === 'node' ? process.execPath : command, [...first, ...args], {
      cwd: join(image.root, image.workdir),
      env: { PATH: process.env.PATH, ...image.environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      ...(process.getuid() === 0 ? { uid, gid } : {}),
    });
    for (const output of [this.child.stdout, this.child.stderr])
      output.setEncoding('utf8').on('data', (text) => {
        this.#output += text;
      });
    this.child.on('message', (message) => {
      this.ports = asReadyAnnouncement(message)?.ports ?? this.ports;
    });
    this.#exited = once(this.child, 'exit');
  }

  get output() {
    return this.#output;
  }

  /** @returns {Promise<number | null>} its exit code; it is killed if it takes too long. */
  async end(withinMs = STOP_WITHIN_MS) {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), withinMs);
    await this.#exited;
    clearTimeout(timer);
    return this.child.exitCode;
  }

  stop() {
    this.child.kill('SIGTERM');
    return this.end();
  }

  /** Resolves when it has said that it is ready, and `path` of its metrics port answers 200. */
  async answers(path) {
    const deadline = Date.now() + READY_WITHIN_MS;
    for (let last = 'nothing was said'; ; await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))) {
      if (this.child.exitCode !== null)
        throw new Error(`it ended with ${this.child.exitCode}\n${this.#output}`);
      try {
        if (this.ports !== null) {
          const answer = await fetch(`http://127.0.0.1:${this.ports.metrics}${path}`);
          if (answer.ok) return;
          last = `${answer.status} ${await answer.text()}`;
        }
      } catch (error) {
        last = error.message;
      }
      if (Date.now() > deadline)
        throw new Error(`${path} did not answer within ${READY_WITHIN_MS} ms: ${last}\n${this.#output}`);
    }
  }
}
