import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ForebayError } from '@forebay/contract';
import { createHttpServer, type Readiness, type ServerTls } from '@forebay/service-kit';
import { errorBody } from './errors';
import { readBody } from './http-body';
import { type HttpCalls, type HttpReply, MAX_BODY_BYTES } from './http-calls';

const FEATURES_ROUTE = '/get-online-features';
const HEALTH_ROUTE = '/health';
/** A path may begin with the project, which is how clients that only have an address name one. */
const FEATURES_PATH = /^(?:\/([a-z][a-z0-9_]*))?\/get-online-features\/?$/;

/** Slow senders are cut off: the whole request must be there by then. */
const REQUEST_WITHIN_MS = 30_000;
/** Idle connections are kept longer than balancers do (60 s): else one would send into a connection that is being closed. */
const KEEP_ALIVE_MS = 75_000;

export interface FeastHttpOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** null: plain text. */
  readonly tls: ServerTls | null;
  readonly readiness: Readiness;
  readonly calls: HttpCalls;
  /** How long requests that are being answered may take when the server stops. */
  readonly drainDeadlineMs: number;
}

export interface FeastHttpServer {
  readonly port: number;
  /** Takes no new requests, and lets those that are being answered finish until the deadline. */
  stop(): Promise<void>;
}

/**
 * Serves what Feast's Python server serves of reading: `POST /get-online-features` and `GET /health`.
 * Throws `invalid_configuration` if the address cannot be listened on.
 */
export async function startFeastHttpServer(options: FeastHttpOptions): Promise<FeastHttpServer> {
  let stopping = false;
  const server = createHttpServer(options.tls, (request, response) => {
    void route(options, request).then((reply) => send(response, reply, stopping || !request.complete));
  });
  server.requestTimeout = REQUEST_WITHIN_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(options, error)));
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        stopping = true;
        const timer = setTimeout(() => server.closeAllConnections(), options.drainDeadlineMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

/** Never rejects. */
async function route({ readiness, calls }: FeastHttpOptions, request: IncomingMessage): Promise<HttpReply> {
  const path = (request.url ?? '/').split('?', 1)[0] as string;
  const features = FEATURES_PATH.exec(path);
  if (features !== null) {
    if (request.method !== 'POST') return methodNotAllowed('POST');
    return calls.answer(request, features[1] ?? null, () => readBody(request, MAX_BODY_BYTES));
  }
  if (path !== HEALTH_ROUTE) {
    return json(
      404,
      errorBody('FeastError', `no ${path}: there are POST ${FEATURES_ROUTE} and GET ${HEALTH_ROUTE}`),
    );
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed('GET');
  return { status: readiness.status().ready ? 200 : 503, headers: {}, body: '' };
}

const json = (status: number, body: string): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body,
});

const methodNotAllowed = (allow: string): HttpReply => ({
  status: 405,
  headers: { 'content-type': 'application/json', allow },
  body: errorBody('FeastError', `use ${allow}`),
});

/** `isLast`: nothing more is read of the connection, as when a body was not read to its end. */
function send(response: ServerResponse, { status, headers, body }: HttpReply, isLast: boolean): void {
  const bytes = Buffer.from(body);
  const close = isLast ? { connection: 'close' } : {};
  response.writeHead(status, { ...headers, ...close, 'content-length': bytes.length });
  response.end(bytes);
}

function cannotListen({ host, port }: FeastHttpOptions, error: NodeJS.ErrnoException): ForebayError {
  const what = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${error.message})`;
  const message = `the address of Feast's HTTP surface ${host}:${port} ${what}: set FOREBAY_SERVING_HOST and FOREBAY_SERVING_FEAST_HTTP_PORT to a free address (port 0 takes a free port)`;
  return new ForebayError('invalid_configuration', message, { cause: error });
}
