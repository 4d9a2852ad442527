/** A real Prometheus that scrapes the services of this machine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { debianPackage } from '../../scripts/lib/debian-package.mjs';
import { ROOT } from '../../scripts/lib/root.mjs';

const READY_WITHIN_MS = 60_000;
const POLL_MS = 200;

export const promtool = () => join(debianPackage('prometheus'), 'usr/bin/promtool');

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @param targets `host:port` by the name of a service */
export async function startPrometheus(targets) {
  const program = join(debianPackage('prometheus'), 'usr/bin/prometheus');
  const directory = mkdtempSync(join(tmpdir(), 'forebay-prometheus-'));
  const port = await freePort();
  const configuration = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(ROOT, 'k8s/forebay/alerts/*.yaml')],
    scrape_configs: Object.entries(targets).map(([name, target]) => ({
      job_name: name,
      static_configs: [{ targets: [target] }],
    })),
  };
  // YAML has JSON in it
  writeFileSync(join(directory, 'prometheus.yml'), JSON.stringify(configuration));
  const child = spawn(
    program,
    [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (bytes) => {
    said += bytes;
  });
  const stop = async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    rmSync(directory, { recursive: true, force: true });
  };
  const ask = async (path, parameters = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}?${new URLSearchParams(parameters)}`);
    return response.json();
  };
  const end = performance.now() + READY_WITHIN_MS;
  while (!(await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => null))?.ok) {
    if (performance.now() > end || child.exitCode !== null) {
      await stop();
      throw new Error(`Prometheus is not ready:\n${said}`);
    }
    await sleep(POLL_MS);
  }
  return { ask, stop };
}
