/** A real Kubernetes API with nothing behind it: what is installed is checked and stored, and no pod is ever run. */
import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { etcd, kubeApiserver } from './tools.mjs';

const READY_WITHIN_MS = 60_000;
const POLL_MS = 200;

async function freePorts(n) {
  const servers = Array.from({ length: n }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export async function startApiServer() {
  const programs = [etcd(), kubeApiserver()];
  const directory = mkdtempSync(join(tmpdir(), 'forebay-k8s-'));
  const token = randomBytes(16).toString('hex');
  const [client, peer, port] = await freePorts(3);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const file = (name, text) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const [key, pub] = [file('sa.key', privateKey), file('sa.pub', publicKey)];
  const tokens = file('tokens.csv', `${token},admin,admin,system:masters\n`);
  const etcdUrl = `http://127.0.0.1:${client}`;
  const children = [
    spawn(programs[0], [
      ...[
        '--data-dir',
        join(directory, 'etcd'),
        '--listen-client-urls',
        etcdUrl,
        '--advertise-client-urls',
        etcdUrl,
      ],
      ...['--listen-peer-urls', `http://127.0.0.1:${peer}`, '--log-level', 'error', '--unsafe-no-fsync'],
    ]),
    spawn(programs[1], [
      ...['--etcd-servers', etcdUrl, '--secure-port', String(port), '--bind-address', '127.0.0.1'],
      ...[
        '--cert-dir',
        join(directory, 'certs'),
        '--token-auth-file',
        tokens,
        '--authorization-mode',
        'RBAC',
      ],
      ...[
        '--service-account-issuer',
        'https://kubernetes.default.svc',
        '--service-account-signing-key-file',
        key,
      ],
      ...['--service-account-key-file', pub, '--service-cluster-ip-range', '10.96.0.0/16'],
      // no controller makes the service accounts that it asks for
      ...['--disable-admission-plugins', 'ServiceAccount'],
    ]),
  ];
  let said = '';
  for (const child of children) child.stderr.on('data', (bytes) => (said = (said + bytes).slice(-20_000)));
  const stop = async () => {
    for (const child of children.reverse()) {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    rmSync(directory, { recursive: true, force: true });
  };
  /** Status, JSON, and what the server warns of. */
  const call = (method, path, body, type = 'application/json') =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': type };
      const options = { host: '127.0.0.1', port, path, method, headers, rejectUnauthorized: false };
      const asked = request(options, (response) => {
        let text = '';
        response.on('data', (bytes) => (text += bytes));
        response.on('end', () =>
          resolve({
            status: response.statusCode,
            body: text.startsWith('{') ? JSON.parse(text) : text,
            warning: response.headers.warning ?? null,
          }),
        );
      });
      asked.on('error', reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const end = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const ready = await call('GET', '/readyz').catch(() => null);
    if (ready?.status === 200) break;
    if (performance.now() > end || children.some((child) => child.exitCode !== null)) {
      await stop();
      throw new Error(`the API server is not ready:\n${said}`);
    }
    await sleep(POLL_MS);
  }
  const kubeconfig = file(
    'kubeconfig',
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'proof',
      clusters: [
        { name: 'proof', cluster: { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
      ],
      users: [{ name: 'admin', user: { token } }],
      contexts: [{ name: 'proof', context: { cluster: 'proof', user: 'admin' } }],
    }),
  );
  return { kubeconfig, call, stop };
}
