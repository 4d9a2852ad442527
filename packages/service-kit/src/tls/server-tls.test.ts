import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { metrics } from '@opentelemetry/api';
import { type Certificate, makeCertificate } from '../../../../test/support/certificates';
import { HistogramProducer } from '../histograms';
import { Instruments } from '../instruments';
import { createLogger } from '../logger';
import { createHttpServer } from './http-server';
import { ServerTls } from './server-tls';

const authority = makeCertificate({ commonName: 'test authority' });
const issue = (commonName: string) => makeCertificate({ commonName, issuer: authority, ip: ['127.0.0.1'] });

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tls-'));
  writeFileSync(join(directory, 'ca.pem'), authority.cert);
});
afterEach(() => rmSync(directory, { recursive: true }));

function put({ cert, key }: Certificate): void {
  writeFileSync(join(directory, 'cert.pem'), cert);
  writeFileSync(join(directory, 'key.pem'), key);
}

async function openTls(asksClients: boolean) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const tls = await ServerTls.open({
    what: 'test',
    certFile: join(directory, 'cert.pem'),
    keyFile: join(directory, 'key.pem'),
    ...(asksClients ? { clientCaFile: join(directory, 'ca.pem') } : {}),
    reloadEveryMs: 2 ** 31 - 1,
    logger: createLogger({ service: 'test', level: 'info', format: 'json', destination }),
    instruments: new Instruments(metrics.getMeter('test'), new HistogramProducer()),
    clock: Date.now,
  });
  return { tls, lines };
}

/** The name in the certificate that the server shows to a new connection; or why there is none. */
async function shownBy(port: number, client?: Certificate): Promise<string> {
  const identity = client === undefined ? {} : { cert: client.cert, key: client.key };
  const socket = connect({ port, host: '127.0.0.1', ca: authority.cert, ...identity });
  try {
    await once(socket, 'secureConnect');
    const name = socket.getPeerCertificate().subject.CN as string;
    // A client that is not let in learns it when it reads (TLS 1.3).
    socket.write('GET / HTTP/1.0\r\n\r\n');
    const [answer] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    return Buffer.isBuffer(answer) ? name : 'closed';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  } finally {
    socket.destroy();
  }
}

/** How it ends depends on which of the two notices first. */
const REFUSED = /^(ERR_SSL|ECONNRESET|EPIPE|closed)/;

async function serve(tls: ServerTls) {
  const server = createHttpServer(tls, (_, response) => response.end('ok'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

test('an HTTPS server shows a rotated certificate to new connections, and keeps the old one when files are broken', async () => {
  put(issue('first'));
  const { tls, lines } = await openTls(false);
  const { server, port } = await serve(tls);
  expect(await shownBy(port)).toBe('first');
  put(issue('second'));
  await tls.look();
  expect(await shownBy(port)).toBe('second');
  writeFileSync(join(directory, 'key.pem'), issue('third').key);
  await tls.look();
  await tls.look();
  expect(await shownBy(port)).toBe('second');
  expect(lines.join('')).toContain('; the certificate before stays in use');
  expect(lines.join('')).not.toContain('BEGIN');
  server.close();
  tls.close();
});

test('clients are asked for a certificate where an authority for them is set', async () => {
  put(issue('server'));
  const { tls } = await openTls(true);
  const { server, port } = await serve(tls);
  expect(await shownBy(port, issue('client'))).toBe('server');
  expect(await shownBy(port)).toMatch(REFUSED);
  const stranger = makeCertificate({ commonName: 'client', issuer: makeCertificate({ commonName: 'x' }) });
  expect(await shownBy(port, stranger)).toMatch(REFUSED);
  server.close();
  tls.close();
});
