import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ForebayError } from '@forebay/contract';
import type { Readiness } from './readiness';

export interface OperationsServerOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly readiness: Readiness;
  readonly metrics: RequestListener;
}

export interface OperationsServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Serves `/metrics`, `/healthz` (the process answers) and `/readyz` (200 or 503, with the components as JSON). */
export async function startOperationsServer(options: OperationsServerOptions): Promise<OperationsServer> {
  const server = createServer((request, response) => route(options, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(options, error)));
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function route(options: OperationsServerOptions, request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? '/').split('?', 1)[0];
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    answer(response, 405, { error: 'only GET' });
  } else if (path === '/metrics') {
    options.metrics(request, response);
  } else if (path === '/healthz') {
    answer(response, 200, { healthy: true });
  } else if (path === '/readyz') {
    const status = options.readiness.status();
    answer(response, status.ready ? 200 : 503, status);
  } else {
    answer(response, 404, { error: `no ${path}: there are /metrics, /healthz and /readyz` });
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

function cannotListen(options: OperationsServerOptions, error: NodeJS.ErrnoException): ForebayError {
  const where = `${options.host}:${options.port}`;
  const remedy =
    'set FOREBAY_METRICS_HOST and FOREBAY_METRICS_PORT to a free address (port 0 takes a free port)';
  const what = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${error.message})`;
  return new ForebayError('invalid_configuration', `the metrics address ${where} ${what}: ${remedy}`, {
    cause: error,
  });
}
