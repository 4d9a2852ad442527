/** A program of Debian's packages with a web server, such as Prometheus, until it is stopped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_WITHIN_MS = 60_000;
const POLL_MS = 200;

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts it with a configuration of its own, and waits until it is ready.
 * @param {string} program its path
 * @param {string} configuration what stands in its configuration file
 * @param {(place: { file: string, directory: string, listen: string }) => string[]} argumentsOf
 */
export async function startWebProgram(program, configuration, argumentsOf) {
  const directory = mkdtempSync(join(tmpdir(), 'forebay-monitoring-'));
  const port = await freePort();
  const file = join(directory, 'configuration.yml');
  writeFileSync(file, configuration);
  const child = spawn(program, argumentsOf({ file, directory, listen: `127.0.0.1:${port}` }), {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (bytes) => {
    said += bytes;
  });
  const stop = async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    rmSync(directory, { recursive: true, force: true });
  };
  const address = `127.0.0.1:${port}`;
  const ask = async (path, parameters = {}) => {
    const response = await fetch(`http://${address}${path}?${new URLSearchParams(parameters)}`);
    return response.json();
  };
  const end = performance.now() + READY_WITHIN_MS;
  while (!(await fetch(`http://${address}/-/ready`).catch(() => null))?.ok) {
    if (performance.now() > end || child.exitCode !== null) {
      await stop();
      throw new Error(`${program} is not ready:\n${said}`);
    }
    await sleep(POLL_MS);
  }
  return { address, ask, stop };
}
